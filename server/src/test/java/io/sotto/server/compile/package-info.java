/** Tests of compilation. */
@NullMarked
package io.sotto.server.compile;

import org.jspecify.annotations.NullMarked;
