/** Tests of the server's commands. */
@NullMarked
package io.sotto.server.cli;

import org.jspecify.annotations.NullMarked;
