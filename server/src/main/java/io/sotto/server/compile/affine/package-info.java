/** Maps {@code W x + b} in double precision: how a model's linear nodes become one layer. */
@NullMarked
package io.sotto.server.compile.affine;

import org.jspecify.annotations.NullMarked;
