/**
 * ReLU whose result is shared over the integers, as {@link io.sotto.converter.slotlinear} takes it:
 * all of it in the garbled circuit.
 */
@NullMarked
package io.sotto.converter.slotrelu;

import org.jspecify.annotations.NullMarked;
