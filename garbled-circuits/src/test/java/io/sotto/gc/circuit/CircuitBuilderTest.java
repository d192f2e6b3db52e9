package io.sotto.gc.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.gc.testing.RandomBits;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class CircuitBuilderTest {

  @Test
  void constantsAndEqualBitsFold() {
    CircuitBuilder b = new CircuitBuilder();
    Bit x = b.garblerInput(1)[0];
    assertThat(b.and(x, Bit.ZERO)).isEqualTo(Bit.ZERO);
    assertThat(b.and(Bit.ONE, x)).isEqualTo(x);
    assertThat(b.and(x, x)).isEqualTo(x);
    assertThat(b.and(x, x.not())).isEqualTo(Bit.ZERO);
    assertThat(b.xor(x, x)).isEqualTo(Bit.ZERO);
    assertThat(b.xor(x, x.not())).isEqualTo(Bit.ONE);
    assertThat(b.xor(x, Bit.ONE)).isEqualTo(x.not());
    assertThat(b.xor(Bit.ZERO, x)).isEqualTo(x);
    assertThat(b.or(x, Bit.ONE)).isEqualTo(Bit.ONE);
    assertThat(b.mux(Bit.ONE, x, Bit.ZERO)).isEqualTo(x);
    assertThat(x.not().not()).isEqualTo(x);
    b.output(x);
    assertThat(b.build().gateCount()).isZero();
  }

  @Test
  void gatesThatNobodyNeedsAreLeftOut() {
    CircuitBuilder b = new CircuitBuilder();
    Bit[] x = b.garblerInput(3);
    b.and(b.and(x[0], x[1]), x[2]);
    b.output(b.xor(x[0], x[1]));
    assertThat(b.build().andCount()).isZero();
    assertThat(b.build().gateCount()).isEqualTo(1);
  }

  @Test
  void aNotIsMadeOnceAndOnlyWhereItMust() {
    CircuitBuilder b = new CircuitBuilder();
    Bit[] x = b.garblerInput(3);
    Bit not = x[0].not();
    b.output(b.and(not, x[1]), b.and(not, x[2]), b.xor(not, x[1]).not());
    Circuit circuit = b.build();
    int nots = 0;
    for (int g = 0; g < circuit.gateCount(); g++) {
      nots += circuit.operation(g) == Circuit.NOT ? 1 : 0;
    }
    assertThat(nots).isEqualTo(1);
  }

  @Test
  void slotsAreUsedAgain() {
    CircuitBuilder b = new CircuitBuilder();
    Bit[] x = b.garblerInput(2);
    Bit bit = x[0];
    for (int i = 0; i < 1000; i++) {
      bit = b.xor(b.and(bit, x[1]), x[0]);
    }
    b.output(bit);
    assertThat(b.build().slots()).isLessThanOrEqualTo(4);
    assertThat(ShareCircuits.relu(16, 26).slots()).isLessThanOrEqualTo(16 + 26 + 16 + 4);
  }

  @Test
  void constantOutputsAndOutputsThatAreInputs() {
    CircuitBuilder b = new CircuitBuilder();
    Bit x = b.garblerInput(1)[0];
    Bit y = b.evaluatorInput(1)[0];
    b.output(Bit.ZERO, x, Bit.ONE, x.not(), y, x);
    Circuit circuit = b.build();
    try (BitMatrix own = new BitMatrix(1, 2);
        BitMatrix other = new BitMatrix(1, 2)) {
      own.set(0, 1, true);
      other.set(0, 0, true);
      try (BitMatrix outputs = ClearEvaluator.evaluate(circuit, own, other)) {
        boolean[][] expected = {
          {false, false, true, true, true, false}, {false, true, true, false, false, true}
        };
        for (int i = 0; i < 2; i++) {
          for (int k = 0; k < 6; k++) {
            assertThat(outputs.get(k, i)).isEqualTo(expected[i][k]);
          }
        }
      }
    }
  }

  /** Any circuit with any sharing of subterms gives what a direct evaluation gives. */
  @RepeatedTest(20)
  void randomCircuitsMeanWhatTheyWereBuiltFrom() {
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    int columns = 1 + random.nextInt(200);
    try (BitMatrix own = RandomBits.matrix(random, 3, columns);
        BitMatrix other = RandomBits.matrix(random, 4, columns)) {
      CircuitBuilder b = new CircuitBuilder();
      List<Bit> bits = new ArrayList<>(List.of(Bit.ZERO, Bit.ONE));
      List<boolean[]> values = new ArrayList<>(List.of(new boolean[columns], filled(columns)));
      for (Bit bit : b.garblerInput(3)) {
        values.add(row(own, bits.size() - 2));
        bits.add(bit);
      }
      for (Bit bit : b.evaluatorInput(4)) {
        values.add(row(other, bits.size() - 5));
        bits.add(bit);
      }
      for (int i = 0; i < 60; i++) {
        int p = random.nextInt(bits.size());
        int q = random.nextInt(bits.size());
        int operation = random.nextInt(3);
        boolean[] value = new boolean[columns];
        for (int c = 0; c < columns; c++) {
          boolean x = values.get(p)[c];
          boolean y = values.get(q)[c];
          value[c] = operation == 0 ? x ^ y : operation == 1 ? x && y : !x;
        }
        values.add(value);
        bits.add(
            operation == 0
                ? b.xor(bits.get(p), bits.get(q))
                : operation == 1 ? b.and(bits.get(p), bits.get(q)) : bits.get(p).not());
      }
      List<Integer> chosen = new ArrayList<>();
      for (int k = 0; k < 15; k++) {
        chosen.add(random.nextInt(bits.size()));
        b.output(bits.get(chosen.get(k)));
      }
      try (BitMatrix outputs = ClearEvaluator.evaluate(b.build(), own, other)) {
        for (int k = 0; k < chosen.size(); k++) {
          assertThat(row(outputs, k)).as("seed %d", seed).isEqualTo(values.get(chosen.get(k)));
        }
      }
    }
  }

  private static boolean[] filled(int length) {
    boolean[] result = new boolean[length];
    Arrays.fill(result, true);
    return result;
  }

  private static boolean[] row(BitMatrix matrix, int row) {
    boolean[] result = new boolean[matrix.columns()];
    for (int c = 0; c < result.length; c++) {
      result[c] = matrix.get(row, c);
    }
    return result;
  }

  @Test
  void wrongUseIsRefused() {
    CircuitBuilder b = new CircuitBuilder();
    assertThatThrownBy(b::build).isInstanceOf(IllegalStateException.class);
    Bit x = b.garblerInput(1)[0];
    b.evaluatorInput(1);
    assertThatThrownBy(() -> b.garblerInput(1)).isInstanceOf(IllegalStateException.class);
    Bit y = b.and(x, new Bit(1, false));
    assertThatThrownBy(() -> b.evaluatorInput(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> b.xor(y, new Bit(99, false)))
        .isInstanceOf(IllegalArgumentException.class);
    b.output(y);
    Circuit circuit = b.build();
    try (BitMatrix one = new BitMatrix(1, 5);
        BitMatrix two = new BitMatrix(2, 5);
        BitMatrix narrow = new BitMatrix(1, 4)) {
      assertThatThrownBy(() -> ClearEvaluator.evaluate(circuit, two, one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 x 5");
      assertThatThrownBy(() -> ClearEvaluator.evaluate(circuit, one, narrow))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
