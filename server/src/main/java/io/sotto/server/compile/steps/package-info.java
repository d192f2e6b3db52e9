/** The third step of compiling: the smallest ring, and the steps that both parties run. */
@NullMarked
package io.sotto.server.compile.steps;

import org.jspecify.annotations.NullMarked;
