/** Tests of compilation. */
@NullMarked
package io.sotto.server.compile.operations;

import org.jspecify.annotations.NullMarked;
