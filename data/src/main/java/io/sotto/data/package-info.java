/**
 * Files with inputs and outputs: NumPy's {@code .npy} and MNIST's IDX. What a file claims is
 * checked against what it holds before memory is taken for it.
 */
@NullMarked
package io.sotto.data;

import org.jspecify.annotations.NullMarked;
