/**
 * Connections between a client and a server: TCP by Netty, TLS 1.3 by the JDK, a short greeting,
 * then frames. {@link io.sotto.transport.SottoListener} accepts, {@link
 * io.sotto.transport.SottoConnector} connects, and both hand out a {@link
 * io.sotto.transport.NettyChannel}, over which the protocols run.
 *
 * <p>On the wire, inside TLS, all numbers little endian: the client says {@code "SOTTO"}, version
 * (2 bytes), zero (1); the server answers {@code "SOTTO"}, version (2), status (1): 0 is welcome,
 * else the reason why not. From then on both send frames: payload length (4), kind (1), payload.
 * Kind 1 is the abort, its payload one byte, the reason: 1 protocol violation, 2 incompatible, 3
 * refused, 4 busy, 5 shutting down, 6 internal error.
 *
 * <p>The way of a byte, from the socket up: count, TLS, greeting (which removes itself), count,
 * {@link io.sotto.transport.InboundQueue}; there the I/O thread's work ends, and the session's
 * thread takes the frames out through {@link io.sotto.transport.FrameDecoder}.
 */
@NullMarked
package io.sotto.transport;

import org.jspecify.annotations.NullMarked;
