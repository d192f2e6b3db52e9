/**
 * The second step of compiling: every value of the operations gets a fixed-point format, from
 * measured ranges or from bounds.
 */
@NullMarked
package io.sotto.server.compile.formats;

import org.jspecify.annotations.NullMarked;
