package io.sotto.gc.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.TwoParties;
import io.sotto.gc.testing.WireDigest;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class IknpTest {

  /** One side's labels of all requests. */
  private static long[][] labels(NativeBuffer[] buffers, int[] counts) {
    long[][] labels = new long[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      labels[i] = new long[2 * counts[i]];
      buffers[i].longs().get(labels[i]);
    }
    return labels;
  }

  @Test
  void labelsDifferByDeltaWhereTheChoiceIsOne() {
    int[] counts = {1, 0, 127, 128, 129, 1000, 8192};
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    try (Scope scope = new Scope()) {
      NativeBuffer delta = scope.allocate(16);
      delta.longs().put(random.nextLong()).put(random.nextLong());
      NativeBuffer[] choices = new NativeBuffer[counts.length];
      NativeBuffer[] sent = new NativeBuffer[counts.length];
      NativeBuffer[] received = new NativeBuffer[counts.length];
      for (int i = 0; i < counts.length; i++) {
        choices[i] = scope.allocate(Math.max(16, CorrelatedOts.choiceBytes(counts[i])));
        for (int j = 0; j < counts[i]; j++) {
          ByteBuffer bytes = choices[i].bytes();
          bytes.put(j / 8, (byte) (bytes.get(j / 8) | random.nextInt(2) << (j % 8)));
        }
        sent[i] = scope.allocate(Math.max(16, CorrelatedOts.labelBytes(counts[i])));
        received[i] = scope.allocate(Math.max(16, CorrelatedOts.labelBytes(counts[i])));
      }
      TwoParties.run(
          channel -> {
            try (IknpSender sender =
                IknpSender.open(channel, new DeterministicRandom(seed), delta)) {
              for (int i = 0; i < counts.length; i++) {
                sender.extend(counts[i], sent[i]);
              }
            }
            return channel.traffic();
          },
          channel -> {
            try (IknpReceiver receiver =
                IknpReceiver.open(channel, new DeterministicRandom(~seed))) {
              assertThat(channel.traffic()).isEqualTo(IknpReceiver.setupTraffic());
              for (int i = 0; i < counts.length; i++) {
                Traffic before = channel.traffic();
                receiver.extend(counts[i], choices[i], received[i]);
                assertThat(channel.traffic().minus(before))
                    .isEqualTo(new Traffic(5L + receiver.requestBytes(counts[i]), 0, 0));
              }
              channel.flush();
            }
            return channel.traffic();
          });
      LongBuffer d = delta.longs();
      long[][] q = labels(sent, counts);
      long[][] t = labels(received, counts);
      Set<Long> seen = new HashSet<>();
      int transfers = 0;
      for (int i = 0; i < counts.length; i++) {
        for (int j = 0; j < counts[i]; j++) {
          long mask = -(choices[i].bytes().get(j / 8) >> (j % 8) & 1L);
          assertThat(t[i][2 * j] ^ q[i][2 * j]).as("seed %d", seed).isEqualTo(d.get(0) & mask);
          assertThat(t[i][2 * j + 1] ^ q[i][2 * j + 1]).isEqualTo(d.get(1) & mask);
          seen.add(q[i][2 * j]);
          transfers++;
        }
      }
      // The streams go on from request to request: no label comes twice.
      assertThat(seen).hasSize(transfers);
    }
  }

  /** Every byte on the wire, for fixed randomness. A change here is a change of the protocol. */
  @Test
  void theBytesOnTheWireAreTheseOnes() {
    try (Scope scope = new Scope()) {
      NativeBuffer delta = scope.allocate(16);
      delta.longs().put(0x0123456789abcdefL).put(0x7766554433221100L);
      NativeBuffer choices = scope.allocate(48);
      for (int i = 0; i < 300 / 8; i++) {
        choices.bytes().put(i, (byte) (i * 37));
      }
      NativeBuffer labels = scope.allocate(CorrelatedOts.labelBytes(300));
      NativeBuffer zeros = scope.allocate(CorrelatedOts.labelBytes(300));
      var results =
          TwoParties.run(
              channel -> {
                try (IknpSender sender =
                    IknpSender.open(channel, new DeterministicRandom(3), delta)) {
                  sender.extend(300, zeros);
                  sender.extend(300, zeros);
                  return zeros.longs().get(0);
                }
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (IknpReceiver receiver = IknpReceiver.open(wire, new DeterministicRandom(4))) {
                  receiver.extend(300, choices, labels);
                  receiver.extend(300, choices, labels);
                  wire.flush();
                  return wire.hex();
                }
              });
      assertThat(List.of(results.secondValue(), Long.toHexString(results.firstValue())))
          .containsExactly("4b2d909a0fc460b16ca04860c296d37f", "34d9db317ee37051");
    }
  }

  /** Lets a receiver that is not one of ours follow the base transfers with something odd. */
  private static Throwable afterOddRequest(int bytes, boolean rightKind) {
    SecureRandom random = new SecureRandom();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30));
        Scope scope = new Scope()) {
      NativeBuffer delta = scope.allocate(16);
      NativeBuffer labels = scope.allocate(CorrelatedOts.labelBytes(200));
      var outcomes =
          TwoParties.outcomes(
              pair.first(),
              channel -> {
                try (IknpSender sender = IknpSender.open(channel, random, delta)) {
                  sender.extend(200, labels);
                }
                return null;
              },
              pair.second(),
              channel -> {
                IknpReceiver.open(channel, random).close();
                if (bytes >= 0) {
                  channel.send(
                      rightKind ? OtMessages.OT_EXTENSION : OtMessages.BASE_OT_POINT,
                      ByteBuffer.allocate(bytes));
                }
                channel.close();
                return null;
              });
      return Objects.requireNonNull(outcomes.first().failure());
    }
  }

  @Test
  void oddRequestsAreRefused() {
    int right = 2 * 128 * 16;
    assertThat(afterOddRequest(right - 1, true)).isInstanceOf(PeerViolationException.class);
    assertThat(afterOddRequest(right + 1, true)).isInstanceOf(PeerViolationException.class);
    assertThat(afterOddRequest(0, true)).isInstanceOf(PeerViolationException.class);
    assertThat(afterOddRequest(right, false)).isInstanceOf(PeerViolationException.class);
    assertThat(afterOddRequest(-1, true)).isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void sizesComeInWholeGroups() {
    for (int count : List.of(0, 1, 128, 129)) {
      int groups = (count + 127) / 128;
      assertThat(CorrelatedOts.choiceBytes(count)).isEqualTo(16 * groups);
      assertThat(CorrelatedOts.labelBytes(count)).isEqualTo(2048 * groups);
    }
    assertThatThrownBy(() -> CorrelatedOts.choiceBytes(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CorrelatedOts.labelBytes(Integer.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }
}
