/**
 * The step {@code maxpool}: the largest element of each window, by a tree of {@code max(a, b) = b +
 * relu(a - b)}, each level of which is one run of relus. It also serves global maxima and, with
 * indices in the low bits, arg-max.
 */
@NullMarked
package io.sotto.converter.maxpool;

import org.jspecify.annotations.NullMarked;
