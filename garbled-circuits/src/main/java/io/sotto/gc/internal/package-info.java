/** The loops over labels, tables and numbers that all protocols share, as native code has them. */
@NullMarked
package io.sotto.gc.internal;

import org.jspecify.annotations.NullMarked;
