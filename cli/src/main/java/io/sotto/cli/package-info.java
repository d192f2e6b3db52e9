/**
 * The program {@code ./sotto}: the commands of the modules put together, and the one place where
 * failures become a line for the user and an exit code.
 */
@NullMarked
package io.sotto.cli;

import org.jspecify.annotations.NullMarked;
