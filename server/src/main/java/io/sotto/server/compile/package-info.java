/**
 * From the imported {@code Graph} to the {@code ServerPlan} that sessions run, in the order of the
 * packages {@code operations}, {@code formats} and {@code steps}; {@link
 * io.sotto.server.compile.ModelCompiler} goes through all of them.
 */
@NullMarked
package io.sotto.server.compile;

import org.jspecify.annotations.NullMarked;
