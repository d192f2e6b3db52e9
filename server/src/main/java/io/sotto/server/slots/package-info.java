/**
 * From the imported {@code Graph} to plans on encrypted slots: {@link
 * io.sotto.server.slots.SlotCompiler} compiles networks of squares for scheme {@code cryptonets},
 * {@link io.sotto.server.slots.SlotShareCompiler} networks of relus for scheme {@code mp2ml}.
 */
@NullMarked
package io.sotto.server.slots;

import org.jspecify.annotations.NullMarked;
