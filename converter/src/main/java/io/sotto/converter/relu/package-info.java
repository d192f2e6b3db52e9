/**
 * The ReLU step: narrow shares in, wide shares of max(0, y) out, element by element: by lookups
 * (lookup form), or by a garbled circuit for the sign (circuit form) or for all of it (plain form).
 */
@NullMarked
package io.sotto.converter.relu;

import org.jspecify.annotations.NullMarked;
