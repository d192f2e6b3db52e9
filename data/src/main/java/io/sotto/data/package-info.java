/**
 * Files with inputs and outputs: NumPy's {@code .npy} and MNIST's IDX. What a file claims is
 * checked against what it holds before memory is taken for it. {@link io.sotto.data.TextTable}
 * draws figures for people; it is here because client, server and benchmarks all see this module.
 */
@NullMarked
package io.sotto.data;

import org.jspecify.annotations.NullMarked;
