package io.sotto.channel;

import java.nio.ByteBuffer;

/**
 * An ordered, reliable pipe of typed messages between the two parties of one session.
 *
 * <p><b>Security.</b> A channel carries bytes and gives no secrecy of its own; secrecy against
 * third parties comes from the transport under it. What a peer sends is checked here for kind and
 * length before anything is allocated for it; what the bytes mean is checked by the protocol that
 * asked.
 *
 * <p><b>Threading.</b> One thread sends and receives. {@link #abort} and {@link #close} may be
 * called from any thread and wake a waiting one.
 *
 * <p><b>Failure.</b> A message of another kind or length than expected is a {@link
 * PeerViolationException}; a peer that gave up is a {@link PeerAbortException}; a broken or closed
 * connection is a {@link ChannelClosedException}. After any of them the channel is dead.
 */
public interface Channel extends AutoCloseable {

  /** Bytes in front of each payload: its length (4, little endian) and the kind's code (1). */
  int HEADER_BYTES = 5;

  /** The largest payload of one message. */
  int MAX_PAYLOAD_BYTES = 1 << 26;

  /**
   * What every form takes from {@link #send} without blocking even if the peer receives nothing:
   * this many bytes of messages, headers included, or one message of any size. Protocols in which
   * both sides send at once rely on it not to lock up. AGREEMENT: a form that holds less deadlocks.
   */
  int BUFFERED_BYTES = 1 << 22;

  /**
   * Sends one message: the bytes between position and limit, which are consumed. The buffer may be
   * reused on return. May block until the peer keeps up; may hold the bytes back until {@link
   * #flush} or the next {@link #receive}.
   */
  void send(MessageKind kind, ByteBuffer payload);

  /**
   * Receives the next message, which must be of this kind and fill the rest of the buffer exactly.
   */
  void receive(MessageKind kind, ByteBuffer destination);

  /** Receives the next message, of this kind and at most this long. */
  ByteBuffer receive(MessageKind kind, int maxBytes);

  /** Puts everything sent so far on its way. */
  void flush();

  /**
   * What has crossed this channel so far: a message counts with its header once {@link #send} took
   * it or {@link #receive} returned it. All forms count with a {@link TrafficMeter}.
   */
  Traffic traffic();

  /**
   * Tells the peer, as well as that is still possible, that this side gives up, and closes. On the
   * wire it is a message of kind {@link MessageKind#ABORT} whose one byte is the reason's code.
   */
  void abort(AbortReason reason);

  @Override
  void close();
}
