package io.sotto.gc.testing;

import io.sotto.channel.Channel;
import io.sotto.channel.InMemoryChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs the two sides of a protocol in two threads and never hangs. */
public final class TwoParties {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private TwoParties() {}

  /** One side. */
  @FunctionalInterface
  public interface Party<T> {
    @Nullable T run(Channel channel) throws Exception;
  }

  /** How a side ended: by a value, null if there is none, or by a failure. */
  public record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {}

  /** How both ended, and the failure that came first, if any. */
  public record Outcomes<A, B>(Outcome<A> first, Outcome<B> second, @Nullable Throwable earliest) {

    /** The first side's value. */
    public A firstValue() {
      return Objects.requireNonNull(first.value());
    }

    /** The second side's value. */
    public B secondValue() {
      return Objects.requireNonNull(second.value());
    }
  }

  /**
   * Connects two sides in memory and runs them.
   *
   * @throws AssertionError if one fails; its cause is the failure that came first
   */
  public static <A, B> Outcomes<A, B> run(Party<A> first, Party<B> second) {
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(LIMIT)) {
      return run(pair.first(), first, pair.second(), second);
    }
  }

  /** Runs two sides over given channels, see {@link #run(Party, Party)}. */
  public static <A, B> Outcomes<A, B> run(
      Channel firstChannel, Party<A> first, Channel secondChannel, Party<B> second) {
    Outcomes<A, B> outcomes = outcomes(firstChannel, first, secondChannel, second);
    if (outcomes.earliest() != null) {
      throw new AssertionError("a party failed", outcomes.earliest());
    }
    return outcomes;
  }

  /** Runs two sides, whatever comes of it. A side that fails closes its channel. */
  public static <A, B> Outcomes<A, B> outcomes(
      Channel firstChannel, Party<A> first, Channel secondChannel, Party<B> second) {
    AtomicReference<@Nullable Throwable> earliest = new AtomicReference<>();
    AtomicReference<@Nullable Outcome<A>> one = new AtomicReference<>();
    AtomicReference<@Nullable Outcome<B>> two = new AtomicReference<>();
    Thread a = start("first party", firstChannel, first, one, earliest);
    Thread b = start("second party", secondChannel, second, two, earliest);
    try {
      a.join(LIMIT.toMillis());
      b.join(LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Outcome<A> firstOutcome = one.get();
    Outcome<B> secondOutcome = two.get();
    if (firstOutcome == null || secondOutcome == null) {
      a.interrupt();
      b.interrupt();
      throw new AssertionError("a party did not finish within " + LIMIT);
    }
    return new Outcomes<>(firstOutcome, secondOutcome, earliest.get());
  }

  private static <T> Thread start(
      String name,
      Channel channel,
      Party<T> party,
      AtomicReference<@Nullable Outcome<T>> outcome,
      AtomicReference<@Nullable Throwable> earliest) {
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome.set(new Outcome<>(party.run(channel), null));
              } catch (Throwable e) {
                earliest.compareAndSet(null, e);
                outcome.set(new Outcome<>(null, e));
                channel.close();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
