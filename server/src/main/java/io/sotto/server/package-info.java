/**
 * The server: {@link io.sotto.server.SottoServer} loads a model as a {@link
 * io.sotto.server.ServerConfig} says, compiles it, and serves it to any number of clients, a
 * session each.
 */
@NullMarked
package io.sotto.server;

import org.jspecify.annotations.NullMarked;
