/** The work on labels that garbling and oblivious transfer share, in Java and in native code. */
@NullMarked
package io.sotto.gc.internal;

import org.jspecify.annotations.NullMarked;
