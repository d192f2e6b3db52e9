/**
 * The step {@code combine}: sums of elements of values, each times a small public integer, which
 * each party computes of its own shares without a message. It makes sums of branches, differences,
 * concatenations, slices, paddings and the sums of average pooling.
 */
@NullMarked
package io.sotto.converter.combine;

import org.jspecify.annotations.NullMarked;
