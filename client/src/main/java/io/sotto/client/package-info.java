/**
 * The client library: connect to a server, predict batches, close. {@link
 * io.sotto.client.SottoClient} is where to start; files of inputs are read by {@link
 * io.sotto.data}.
 */
@NullMarked
package io.sotto.client;

import org.jspecify.annotations.NullMarked;
