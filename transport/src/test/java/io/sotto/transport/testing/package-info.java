/** Peers that do what ours never would, for tests here and in the modules above. */
@NullMarked
package io.sotto.transport.testing;

import org.jspecify.annotations.NullMarked;
