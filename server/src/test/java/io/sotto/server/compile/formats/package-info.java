/** Tests of compilation. */
@NullMarked
package io.sotto.server.compile.formats;

import org.jspecify.annotations.NullMarked;
