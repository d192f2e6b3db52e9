/**
 * The ReLU step: narrow shares in, wide shares of max(0, y) out, by a garbled circuit an element
 * for all of it (plain form) or for the sign (fast form).
 */
@NullMarked
package io.sotto.converter.relu;

import org.jspecify.annotations.NullMarked;
