package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.ChannelException;
import io.sotto.gc.channel.InMemoryChannel;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.channel.Traffic;
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

/** With lookups for the sign. */
class LookupReluTest extends ReluTests {
  @Override
  void garble(
      Garbler garbler, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results) {
    garbler.relu(new LookupRelu(relu), count, shares, results);
  }

  @Override
  void evaluate(
      Evaluator evaluator, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results) {
    evaluator.relu(new LookupRelu(relu), count, shares, results);
  }

  @Override
  Traffic traffic(ShareRelu relu, int count, OtTrees trees) {
    return new LookupRelu(relu).evaluatorTraffic(count, trees);
  }

  @Override
  List<String> digests() {
    return List.of("8db4904aea29b3064a4cf683c9705659", "43bc4f651b0498a1ae74aa01b46e5b0e");
  }

  /** A place in a message that belongs to no instance: of 13, if it is not said. */
  @ParameterizedTest
  @CsvSource({
    // The first tables are followed by corrections of 12 bits, the last corrections have 28.
    "lookup tables, 0, -1",
    "lookup tables, 4, -1",
    "lookup answers, 0, -1",
    "lookup answers, 2, -1",
    "lookup answers, 3, 1",
    "lookup answers, 3, -1"
  })
  void bitsOfNoInstanceAreRefused(String kind, int message, int at) {
    ShareRelu relu = new ShareRelu(16, 28);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair();
        Scope scope = new Scope()) {
      NativeBuffer shares = scope.allocateLongs(13);
      NativeBuffer own = scope.allocateLongs(13);
      NativeBuffer other = scope.allocateLongs(13);
      Channel first = settingTheTopBit(pair.first(), kind, message, at);
      Channel second = settingTheTopBit(pair.second(), kind, message, at);
      AtomicReference<Throwable> again = new AtomicReference<>();
      var outcomes =
          TwoParties.outcomes(
              first,
              channel -> {
                try (Garbler garbler = Garbler.open(channel, new SecureRandom())) {
                  garble(garbler, relu, 13, shares, own);
                }
                return true;
              },
              second,
              channel -> {
                try (Evaluator evaluator = Evaluator.open(channel, new SecureRandom())) {
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
      if (kind.equals("lookup tables")) {
        assertThat(outcomes.second().failure()).isSameAs(outcomes.earliest());
        assertThat(again.get()).hasMessageContaining("failed");
      } else {
        assertThat(outcomes.first().failure()).isSameAs(outcomes.earliest());
      }
    }
  }

  /** A channel that sets a byte's top bit in one of the messages of a kind that it receives. */
  private static Channel settingTheTopBit(Channel channel, String kind, int message, int at) {
    AtomicInteger seen = new AtomicInteger();
    return NotedKernel.proxy(
        Channel.class,
        (method, arguments) -> {
          Object result = NotedKernel.call(method, channel, arguments);
          if (method.getName().equals("receive")
              && ((MessageKind) arguments[0]).name().equals(kind)
              && seen.getAndIncrement() == message) {
            ByteBuffer bytes = (ByteBuffer) arguments[1];
            int place = at < 0 ? bytes.limit() - 1 : at;
            bytes.put(place, (byte) (bytes.get(place) | 0x80));
          }
          return result;
        });
  }
}
