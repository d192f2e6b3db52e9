/** The server's commands, put together with the client's into the one program {@code sotto}. */
@NullMarked
package io.sotto.server.cli;

import org.jspecify.annotations.NullMarked;
