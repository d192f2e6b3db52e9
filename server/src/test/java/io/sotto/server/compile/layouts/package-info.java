/** Tests of compilation. */
@NullMarked
package io.sotto.server.compile.layouts;

import org.jspecify.annotations.NullMarked;
