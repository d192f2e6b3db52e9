/** Tests of compilation. */
@NullMarked
package io.sotto.server.calibrate;

import org.jspecify.annotations.NullMarked;
