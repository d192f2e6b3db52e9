/** Tests of compilation. */
@NullMarked
package io.sotto.server.compile.affine;

import org.jspecify.annotations.NullMarked;
