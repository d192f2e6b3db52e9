/**
 * The ReLU step: narrow shares in, wide shares of max(0, y) out, by one garbled circuit an element.
 */
@NullMarked
package io.sotto.converter.relu;

import org.jspecify.annotations.NullMarked;
