package io.sotto.transport;

import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that a listener serves: each has a place, a channel and a thread.
 *
 * <p><b>Threading.</b> Any thread; {@link #end} from any but a session's.
 *
 * <p><b>Failure.</b> What goes wrong in one session ends that one, with a line in the log.
 */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
  private static final AtomicLong SESSION_NUMBER = new AtomicLong();

  private final Admissions admissions;
  private final SottoListener.Acceptor acceptor;
  private final Set<Session> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  Sessions(Admissions admissions, SottoListener.Acceptor acceptor) {
    this.admissions = admissions;
    this.acceptor = acceptor;
  }

  /** A session that may {@link Session#enter}. */
  Session of(NettyChannel channel, PeerDescription peer) {
    return new Session(channel, peer);
  }

  int running() {
    return running.size();
  }

  boolean isClosing() {
    return closing;
  }

  /** The listener is closing. */
  void refuseMore() {
    closing = true;
  }

  /** Tells all clients that the server is shutting down, and waits for their threads. */
  void end(long deadline) {
    running.forEach(session -> session.channel.startClose(AbortReason.SHUTTING_DOWN, false));
    boolean interrupted = false;
    for (Session session : running) {
      try {
        session.thread.join(millisUntil(deadline));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** At least one. */
  private static long millisUntil(long deadline) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  /** One client being served. */
  final class Session implements Admissions.Guest {
    private final NettyChannel channel;
    private final PeerDescription peer;
    private final Thread thread;

    private Session(NettyChannel channel, PeerDescription peer) {
      this.channel = channel;
      this.peer = peer;
      this.thread = new Thread(this::run, "sotto-session-" + SESSION_NUMBER.incrementAndGet());
      thread.setDaemon(true);
    }

    @Override
    public String network() {
      return Endpoint.network(peer.address().getAddress());
    }

    @Override
    public long idleNanos() {
      return channel.idleNanos();
    }

    @Override
    public void makeRoom() {
      channel.makeRoom();
    }

    /** Takes a place, or says why there is none. */
    @Nullable String enter() {
      String refusal = admissions.enter(this);
      if (refusal == null) {
        running.add(this);
      }
      return refusal;
    }

    void start() {
      boolean started = false;
      try {
        thread.start();
        started = true;
      } finally {
        if (!started) {
          leave();
        }
      }
      if (closing) { // end() may have looked before this one was added
        channel.startClose(AbortReason.SHUTTING_DOWN, false);
      }
    }

    private void run() {
      try {
        acceptor.accepted(channel, peer);
      } catch (ChannelException e) {
        LOG.info("session with {} ended: {}", peer, e.getMessage());
      } catch (RuntimeException | Error e) {
        LOG.error("session with {} failed", peer, e);
        channel.abort(AbortReason.INTERNAL_ERROR);
      } finally {
        channel.close();
        leave();
      }
    }

    private void leave() {
      running.remove(this);
      admissions.leave(this);
    }
  }
}
