package io.sotto.gc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelException;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.function.ShareFunctionTests;
import io.sotto.gc.internal.NotedKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By lookups. */
class LookupFormTest extends ShareFunctionTests {
  @Override
  protected void garble(
      GarblerCorrelations garbler,
      ShareFunction f,
      int count,
      NativeBuffer shares,
      NativeBuffer results) {
    LookupSide.compute(garbler, new LookupForm(f), count, shares, results);
  }

  @Override
  protected void evaluate(
      EvaluatorCorrelations evaluator,
      ShareFunction f,
      int count,
      NativeBuffer shares,
      NativeBuffer results) {
    LookupSide.compute(evaluator, new LookupForm(f), count, shares, results);
  }

  @Override
  protected Traffic traffic(ShareFunction f, int count, OtTrees trees) {
    return new LookupForm(f).evaluatorTraffic(count, trees);
  }

  @Override
  protected List<String> digests() {
    return List.of("d7bef46fd094d6eedd9526dc7380ed2c", "8e91443369ee3735f26807b7021bd53a");
  }

  /** A place in a message that belongs to no instance: of 13, if it is not said. */
  @ParameterizedTest
  @CsvSource({
    // Tables of 32 and 16 bits fill whole bytes for 13 instances; corrections and signs don't.
    "0, 1, -1",
    "0, 3, -1",
    "1, 0, 17",
    "1, 2, 1",
    "1, 2, -1"
  })
  void bitsOfNoInstanceAreRefused(int side, int message, int at) {
    ShareFunction relu = ShareFunction.relu(9, 12, 23);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair();
        Scope scope = new Scope()) {
      NativeBuffer shares = scope.allocateLongs(13);
      NativeBuffer own = scope.allocateLongs(13);
      NativeBuffer other = scope.allocateLongs(13);
      Channel first = side == 0 ? settingTheTopBit(pair.first(), message, at) : pair.first();
      Channel second = side == 1 ? settingTheTopBit(pair.second(), message, at) : pair.second();
      AtomicReference<Throwable> again = new AtomicReference<>();
      var outcomes =
          TwoParties.outcomes(
              first,
              channel -> {
                try (GarblerCorrelations garbler =
                    GarblerCorrelations.open(channel, new SecureRandom())) {
                  garble(garbler, relu, 13, shares, own);
                }
                return true;
              },
              second,
              channel -> {
                try (EvaluatorCorrelations evaluator =
                    EvaluatorCorrelations.open(channel, new SecureRandom())) {
                  try {
                    evaluate(evaluator, relu, 13, shares, other);
                  } catch (ChannelException e) {
                    try {
                      evaluate(evaluator, relu, 13, shares, other);
                    } catch (IllegalStateException refused) {
                      again.set(refused);
                    }
                    throw e;
                  }
                }
                return true;
              });
      assertThat(outcomes.earliest())
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("bits beyond the last");
      if (side == 1) {
        assertThat(outcomes.second().failure()).isSameAs(outcomes.earliest());
        assertThat(again.get()).hasMessageContaining("failed");
      } else {
        assertThat(outcomes.first().failure()).isSameAs(outcomes.earliest());
      }
    }
  }

  /** A channel that sets a byte's top bit in one of the messages of lookups that it receives. */
  private static Channel settingTheTopBit(Channel channel, int message, int at) {
    AtomicInteger seen = new AtomicInteger();
    return NotedKernel.proxy(
        Channel.class,
        (method, arguments) -> {
          Object result = NotedKernel.call(method, channel, arguments);
          if (method.getName().equals("receive")
              && ((MessageKind) arguments[0]).equals(LookupForm.LOOKUPS)
              && seen.getAndIncrement() == message) {
            ByteBuffer bytes = (ByteBuffer) arguments[1];
            int place = at < 0 ? bytes.limit() - 1 : at;
            bytes.put(place, (byte) (bytes.get(place) | 0x80));
          }
          return result;
        });
  }
}
