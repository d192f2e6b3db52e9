/**
 * Boolean circuits of XOR, AND and NOT gates: building them, the gadgets on numbers modulo 2^m, the
 * circuits on shares that the protocols run, and their evaluation in the clear.
 */
@NullMarked
package io.sotto.gc.circuit;

import org.jspecify.annotations.NullMarked;
