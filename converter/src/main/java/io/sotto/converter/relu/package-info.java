/**
 * The step {@code relu}: shares in, exact shares of max(0, y) out, element by element, y being the
 * input without its lowest bits.
 */
@NullMarked
package io.sotto.converter.relu;

import org.jspecify.annotations.NullMarked;
