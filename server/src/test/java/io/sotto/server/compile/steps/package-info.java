/** Tests of compilation. */
@NullMarked
package io.sotto.server.compile.steps;

import org.jspecify.annotations.NullMarked;
