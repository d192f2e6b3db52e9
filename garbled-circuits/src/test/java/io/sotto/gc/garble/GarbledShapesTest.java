package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.ChannelException;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.Bit;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.CircuitBuilder;
import io.sotto.gc.circuit.ClearEvaluator;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.ForwardingChannel;
import io.sotto.gc.testing.RandomBits;
import io.sotto.gc.testing.TwoParties;
import io.sotto.gc.testing.WireDigest;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every run: digests of the wire, freshness, and refusal of what is malformed. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class GarbledShapesTest {
  private static final Circuit RELU = ShareCircuits.relu(8, 12);

  /** Keeps what its side receives of garbled chunks. */
  private static final class Keeping extends ForwardingChannel {
    private @Nullable ByteBuffer lastChunk;

    Keeping(Channel channel) {
      super(channel);
    }

    ByteBuffer lastChunk() {
      return Objects.requireNonNull(lastChunk);
    }

    @Override
    public void receive(MessageKind kind, ByteBuffer destination) {
      int position = destination.position();
      super.receive(kind, destination);
      if (kind.equals(CircuitChunks.GARBLED_CHUNK)) {
        ByteBuffer copy = ByteBuffer.allocate(destination.position() - position);
        copy.put(destination.duplicate().flip().position(position)).flip();
        lastChunk = copy;
      }
    }
  }

  /** Every byte on the wire, for fixed randomness. A change here is a change of the protocol. */
  @Test
  void theBytesOnTheWireAreTheseOnes() {
    Circuit circuit = ShareCircuits.relu(16, 26);
    int instances = 1000;
    try (Scope scope = new Scope()) {
      BitMatrix own =
          scope.own(RandomBits.matrix(new Random(5), circuit.garblerInputs(), instances));
      BitMatrix other =
          scope.own(RandomBits.matrix(new Random(6), circuit.evaluatorInputs(), instances));
      var results =
          TwoParties.run(
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (GarblerCorrelations garbler =
                    GarblerCorrelations.open(wire, new DeterministicRandom(7))) {
                  Garbler.garble(garbler, circuit, instances, own);
                  Garbler.garble(garbler, circuit, instances, own);
                }
                return wire.hex();
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (EvaluatorCorrelations evaluator =
                    EvaluatorCorrelations.open(wire, new DeterministicRandom(8))) {
                  Evaluator.evaluate(evaluator, circuit, instances, other).close();
                  Evaluator.evaluate(evaluator, circuit, instances, other).close();
                }
                return wire.hex();
              });
      assertThat(List.of(results.firstValue(), results.secondValue()))
          .containsExactly("80a1cfca07b5b640819e25081d4836a9", "01f20337b1847434cd52efae2dfc00ed");
    }
  }

  @Test
  void nothingIsUsedTwice() {
    int instances = 300;
    try (Scope scope = new Scope()) {
      BitMatrix own = scope.own(new BitMatrix(RELU.garblerInputs(), instances));
      BitMatrix other = scope.own(new BitMatrix(RELU.evaluatorInputs(), instances));
      TwoParties.run(
          channel -> {
            try (GarblerCorrelations garbler =
                GarblerCorrelations.open(channel, new SecureRandom())) {
              assertThat(garbler.offset().bytes().get(0) & 1).isEqualTo(1);
              assertThat(garbler.nonces().gateIds(0)).isZero();
              Garbler.garble(garbler, RELU, instances, own);
              // Two blocks, two ids for each AND of each.
              assertThat(garbler.nonces().gateIds(0)).isEqualTo(2L * 2 * RELU.andCount());
              Garbler.garble(garbler, RELU, instances, own);
              assertThat(garbler.nonces().gateIds(0)).isEqualTo(2 * 2L * 2 * RELU.andCount());
              Garbler.garble(garbler, RELU, 1, scope.own(new BitMatrix(RELU.garblerInputs(), 1)));
              assertThat(garbler.nonces().gateIds(0)).isEqualTo(5L * 2 * RELU.andCount());
            }
            return null;
          },
          channel -> {
            Keeping keeping = new Keeping(channel);
            try (EvaluatorCorrelations evaluator =
                EvaluatorCorrelations.open(keeping, new SecureRandom())) {
              Evaluator.evaluate(evaluator, RELU, instances, other).close();
              ByteBuffer first = keeping.lastChunk();
              Evaluator.evaluate(evaluator, RELU, instances, other).close();
              ByteBuffer second = keeping.lastChunk();
              // The same inputs, yet no 16 bytes of the tables agree.
              long tables = CircuitChunks.tableBytes(RELU, instances);
              for (int at = 0; at < tables; at += 16) {
                assertThat(first.getLong(at)).isNotEqualTo(second.getLong(at));
              }
              looksRandom(first, Math.toIntExact(tables));
              Evaluator.evaluate(
                      evaluator, RELU, 1, scope.own(new BitMatrix(RELU.evaluatorInputs(), 1)))
                  .close();
            }
            return null;
          });
    }
  }

  /** Bits of each position within a row are balanced, to six standard deviations. */
  private static void looksRandom(ByteBuffer tables, int bytes) {
    int rows = bytes / 16;
    for (int bit = 0; bit < 128; bit++) {
      int ones = 0;
      for (int row = 0; row < rows; row++) {
        ones += tables.get(16 * row + bit / 8) >> (bit % 8) & 1;
      }
      assertThat(Math.abs(2L * ones - rows)).isLessThan((long) (6 * Math.sqrt(rows)));
    }
  }

  @Test
  void sessionsDoNotResembleEachOther() {
    byte[][] deltas = new byte[2][16];
    ByteBuffer[] chunks = new ByteBuffer[2];
    for (int session = 0; session < 2; session++) {
      int index = session;
      try (Scope scope = new Scope()) {
        BitMatrix own = scope.own(new BitMatrix(RELU.garblerInputs(), 20));
        BitMatrix other = scope.own(new BitMatrix(RELU.evaluatorInputs(), 20));
        TwoParties.run(
            channel -> {
              try (GarblerCorrelations garbler =
                  GarblerCorrelations.open(channel, new SecureRandom())) {
                garbler.offset().bytes().get(deltas[index]);
                Garbler.garble(garbler, RELU, 20, own);
              }
              return null;
            },
            channel -> {
              Keeping keeping = new Keeping(channel);
              try (EvaluatorCorrelations evaluator =
                  EvaluatorCorrelations.open(keeping, new SecureRandom())) {
                Evaluator.evaluate(evaluator, RELU, 20, other).close();
              }
              chunks[index] = keeping.lastChunk();
              return null;
            });
      }
    }
    assertThat(deltas[0]).isNotEqualTo(deltas[1]);
    for (int at = 0; at < CircuitChunks.tableBytes(RELU, 20); at += 16) {
      assertThat(chunks[0].getLong(at)).isNotEqualTo(chunks[1].getLong(at));
    }
  }

  /** An evaluator whose requests are not the ones that its labels belong to. */
  @Test
  void whoDoesNotHaveTheLabelsGetsGarbage() {
    int instances = 2000;
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    CircuitBuilder b = new CircuitBuilder();
    Bit x = b.garblerInput(1)[0];
    Bit y = b.evaluatorInput(1)[0];
    Bit and = b.and(x, y);
    for (int i = 0; i < 8; i++) {
      and = b.and(b.xor(and, x), y);
    }
    b.output(and);
    Circuit circuit = b.build();
    try (Scope scope = new Scope()) {
      BitMatrix own = scope.own(RandomBits.matrix(random, 1, instances));
      BitMatrix other = scope.own(RandomBits.matrix(random, 1, instances));
      BitMatrix expected = scope.own(ClearEvaluator.evaluate(circuit, own, other));
      var results =
          TwoParties.run(
              channel -> {
                try (GarblerCorrelations garbler =
                    GarblerCorrelations.open(channel, new SecureRandom())) {
                  Garbler.garble(garbler, circuit, instances, own);
                }
                return null;
              },
              channel -> {
                Channel tampering = new TamperingRequests(channel);
                try (EvaluatorCorrelations evaluator =
                        EvaluatorCorrelations.open(tampering, new SecureRandom());
                    BitMatrix outputs = Evaluator.evaluate(evaluator, circuit, instances, other)) {
                  int wrong = 0;
                  for (int i = 0; i < instances; i++) {
                    wrong += outputs.get(0, i) != expected.get(0, i) ? 1 : 0;
                  }
                  return wrong;
                }
              });
      // Half of the outputs are wrong, give or take six standard deviations.
      assertThat(results.secondValue())
          .as("seed %d", seed)
          .isBetween(instances / 2 - 140, instances / 2 + 140);
    }
  }

  private static final class TamperingRequests extends ForwardingChannel {
    TamperingRequests(Channel channel) {
      super(channel);
    }

    @Override
    public void send(MessageKind kind, ByteBuffer payload) {
      ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
      if (kind.name().equals("OT extension")) {
        // All 128 rows, so that with overwhelming probability some column with delta_i = 1 is hit.
        for (int i = 0; i < copy.limit(); i++) {
          copy.put(i, (byte) (copy.get(i) ^ (byte) (i * 0x9d + (i >> 8) * 0x35)));
        }
      }
      super.send(kind, copy);
    }
  }

  /** How a garbler that is not one of ours departs from the protocol. */
  enum Oddity {
    SHORT_KEYS,
    LONG_KEYS,
    WRONG_KIND,
    SHORT_CHUNK,
    LONG_CHUNK,
    BITS_BEYOND_THE_LAST_INSTANCE,
    GONE_BEFORE_THE_KEYS,
    GONE_BEFORE_THE_CHUNK,
    GIVES_UP
  }

  @ParameterizedTest
  @EnumSource(Oddity.class)
  void anEvaluatorRefusesAnOddGarbler(Oddity oddity) {
    int instances = 9;
    SecureRandom random = new SecureRandom();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30));
        Scope scope = new Scope()) {
      BitMatrix other = scope.own(new BitMatrix(RELU.evaluatorInputs(), instances));
      var outcomes =
          TwoParties.outcomes(
              pair.first(),
              channel -> {
                OddGarbler.run(channel, random, oddity, RELU, instances);
                return null;
              },
              pair.second(),
              channel -> {
                try (EvaluatorCorrelations evaluator =
                    EvaluatorCorrelations.open(channel, random)) {
                  try {
                    Evaluator.evaluate(evaluator, RELU, instances, other).close();
                  } catch (ChannelException e) {
                    assertThatThrownBy(() -> Evaluator.evaluate(evaluator, RELU, instances, other))
                        .isInstanceOf(IllegalStateException.class);
                    throw e;
                  }
                }
                return null;
              });
      Class<?> expected =
          switch (oddity) {
            case GONE_BEFORE_THE_KEYS, GONE_BEFORE_THE_CHUNK -> ChannelClosedException.class;
            case GIVES_UP -> PeerAbortException.class;
            default -> PeerViolationException.class;
          };
      assertThat(outcomes.second().failure()).isInstanceOf(expected);
    }
  }

  @Test
  void aGarblerWhosePeerIsGoneFailsAndStaysSo() {
    SecureRandom random = new SecureRandom();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30));
        Scope scope = new Scope()) {
      BitMatrix own = scope.own(new BitMatrix(RELU.garblerInputs(), 9));
      var outcomes =
          TwoParties.outcomes(
              pair.first(),
              channel -> {
                try (GarblerCorrelations garbler = GarblerCorrelations.open(channel, random)) {
                  assertThatThrownBy(() -> Garbler.garble(garbler, RELU, 9, own))
                      .isInstanceOf(ChannelClosedException.class);
                  assertThatThrownBy(() -> Garbler.garble(garbler, RELU, 9, own))
                      .isInstanceOf(IllegalStateException.class);
                }
                return null;
              },
              pair.second(),
              channel -> {
                EvaluatorCorrelations.open(channel, random).close();
                channel.close();
                return null;
              });
      assertThat(outcomes.earliest()).isNull();
    }
  }

  @Test
  void inputsThatDoNotFitAreWrongUseAndHarmNothing() {
    try (Scope scope = new Scope()) {
      BitMatrix own = scope.own(new BitMatrix(RELU.garblerInputs(), 9));
      BitMatrix other = scope.own(new BitMatrix(RELU.evaluatorInputs(), 9));
      TwoParties.run(
          channel -> {
            try (GarblerCorrelations garbler =
                GarblerCorrelations.open(channel, new SecureRandom())) {
              assertThatThrownBy(() -> Garbler.garble(garbler, RELU, 8, own))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("20 x 9");
              assertThatThrownBy(() -> Garbler.garble(garbler, RELU, -1, own))
                  .isInstanceOf(IllegalArgumentException.class);
              Garbler.garble(garbler, RELU, 9, own);
            }
            return null;
          },
          channel -> {
            try (EvaluatorCorrelations evaluator =
                EvaluatorCorrelations.open(channel, new SecureRandom())) {
              assertThatThrownBy(() -> Evaluator.evaluate(evaluator, RELU, 9, own))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("8 x 9");
              Evaluator.evaluate(evaluator, RELU, 9, other).close();
            }
            return null;
          });
    }
  }

  @Test
  void oneSidedCircuitsAndNoInstancesRunToo() {
    CircuitBuilder ownOnly = new CircuitBuilder();
    Bit[] x = ownOnly.garblerInput(2);
    ownOnly.output(ownOnly.and(x[0], x[1]), Bit.ONE, Bit.ZERO);
    CircuitBuilder otherOnly = new CircuitBuilder();
    Bit[] y = otherOnly.evaluatorInput(2);
    otherOnly.output(otherOnly.and(y[0], y[1]), y[0].not());
    for (Circuit circuit : new Circuit[] {ownOnly.build(), otherOnly.build()}) {
      for (int instances : new int[] {0, 1, 70_000}) {
        Random random = new Random(instances);
        try (Scope scope = new Scope()) {
          BitMatrix own = scope.own(RandomBits.matrix(random, circuit.garblerInputs(), instances));
          BitMatrix other =
              scope.own(RandomBits.matrix(random, circuit.evaluatorInputs(), instances));
          BitMatrix expected = scope.own(ClearEvaluator.evaluate(circuit, own, other));
          TwoParties.run(
              channel -> {
                try (GarblerCorrelations garbler =
                    GarblerCorrelations.open(channel, new SecureRandom())) {
                  Garbler.garble(garbler, circuit, instances, own);
                }
                return null;
              },
              channel -> {
                try (EvaluatorCorrelations evaluator =
                    EvaluatorCorrelations.open(channel, new SecureRandom())) {
                  Traffic before = channel.traffic();
                  try (BitMatrix outputs =
                      Evaluator.evaluate(evaluator, circuit, instances, other)) {
                    assertThat(outputs.words()).isEqualTo(expected.words());
                  }
                  assertThat(channel.traffic().minus(before))
                      .isEqualTo(Evaluator.traffic(circuit, instances, OtTrees.DEFAULT));
                }
                return null;
              });
        }
      }
    }
  }

  @Test
  void aCircuitTooLargeForAMessageIsWrongUse() {
    CircuitBuilder b = new CircuitBuilder();
    Bit x = b.garblerInput(1)[0];
    Bit y = b.evaluatorInput(1)[0];
    Bit bit = b.and(x, y);
    for (int i = 0; i < 300_000; i++) {
      bit = b.and(b.xor(bit, x), y);
    }
    b.output(bit);
    Circuit circuit = b.build();
    assertThat(Evaluator.traffic(circuit, 4, OtTrees.DEFAULT).bytesReceived())
        .isGreaterThan(4L * 300_000 * 32);
    assertThatThrownBy(() -> Evaluator.traffic(circuit, 8, OtTrees.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }
}
