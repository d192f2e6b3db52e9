package io.sotto.gc.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.gc.testing.RandomBits;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class ShareCircuitsTest {

  private interface Expected {
    long of(long[] values);
  }

  @ParameterizedTest
  @CsvSource({"2,2", "16,26", "14,24", "20,32", "64,64"})
  void costsWhatWasPromised(int m, int wideBits) {
    assertThat(ShareCircuits.relu(m, wideBits).andCount())
        .isEqualTo((m - 1) + (m - 1) + (wideBits - 1));
    assertThat(ShareCircuits.identity(m, wideBits).andCount()).isEqualTo((m - 1) + (wideBits - 1));
    assertThat(ShareCircuits.max(3, m, wideBits).andCount())
        .isEqualTo(3 * (m - 1) + 2 * 2 * m + (wideBits - 1));
  }

  @ParameterizedTest
  @CsvSource({"2,2", "2,4", "3,3", "3,5", "4,4"})
  void smallOnesAreRightForAllInputs(int m, int wideBits) {
    exhaustive(ShareCircuits.relu(m, wideBits), 1, m, wideBits, v -> Math.max(0, v[0]));
    exhaustive(ShareCircuits.identity(m, wideBits), 1, m, wideBits, v -> v[0]);
  }

  @Test
  void smallMaximaAreRightForAllInputs() {
    exhaustive(ShareCircuits.max(2, 2, 3), 2, 2, 3, v -> Math.max(v[0], v[1]));
    exhaustive(ShareCircuits.argMax(2, 3), 2, 3, 0, ShareCircuitsTest::firstLargest);
    exhaustive(ShareCircuits.argMax(3, 2), 3, 2, 0, ShareCircuitsTest::firstLargest);
  }

  @ParameterizedTest
  @CsvSource({"1,16,26", "1,12,22", "1,64,64", "1,33,47", "5,16,20", "10,16,26"})
  void largeOnesAreRightForRandomInputs(int count, int m, int wideBits) {
    long seed = new SecureRandom().nextLong();
    if (count == 1) {
      random(ShareCircuits.relu(m, wideBits), 1, m, wideBits, seed, v -> Math.max(0, v[0]));
      random(ShareCircuits.identity(m, wideBits), 1, m, wideBits, seed, v -> v[0]);
    } else {
      random(
          ShareCircuits.max(count, m, wideBits),
          count,
          m,
          wideBits,
          seed,
          v -> Arrays.stream(v).max().getAsLong());
      random(ShareCircuits.argMax(count, m), count, m, 0, seed, ShareCircuitsTest::firstLargest);
    }
  }

  @Test
  void argMaxFindsTheFirstOfEqualOnes() {
    for (int count = 2; count <= 20; count++) {
      random(ShareCircuits.argMax(count, 2), count, 2, 0, count, ShareCircuitsTest::firstLargest);
    }
  }

  private static long firstLargest(long[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** All combinations of the inputs' bits, one instance each. */
  private static void exhaustive(
      Circuit circuit, int count, int m, int wideBits, Expected expected) {
    int garblerBits = count * m + wideBits;
    int evaluatorBits = count * m;
    int instances = 1 << (garblerBits + evaluatorBits);
    try (Scope scope = new Scope()) {
      NativeBuffer own = scope.allocateLongs(instances);
      NativeBuffer other = scope.allocateLongs(instances);
      LongBuffer ownLongs = own.longs();
      LongBuffer otherLongs = other.longs();
      for (int i = 0; i < instances; i++) {
        ownLongs.put(i, i & ((1 << garblerBits) - 1));
        otherLongs.put(i, i >>> garblerBits);
      }
      BitMatrix garbler = scope.own(BitMatrix.fromShares(own, instances, garblerBits));
      BitMatrix evaluator = scope.own(BitMatrix.fromShares(other, instances, evaluatorBits));
      compare(circuit, count, m, wideBits, garbler, evaluator, "exhaustive", expected);
    }
  }

  private static void random(
      Circuit circuit, int count, int m, int wideBits, long seed, Expected expected) {
    try (Scope scope = new Scope()) {
      Random random = new Random(seed);
      BitMatrix garbler = scope.own(RandomBits.matrix(random, circuit.garblerInputs(), 5000));
      BitMatrix evaluator = scope.own(RandomBits.matrix(random, circuit.evaluatorInputs(), 5000));
      compare(circuit, count, m, wideBits, garbler, evaluator, "seed " + seed, expected);
    }
  }

  private static void compare(
      Circuit circuit,
      int count,
      int m,
      int wideBits,
      BitMatrix garbler,
      BitMatrix evaluator,
      String label,
      Expected expected) {
    int instances = garbler.columns();
    try (Scope scope = new Scope()) {
      BitMatrix outputs = scope.own(ClearEvaluator.evaluate(circuit, garbler, evaluator));
      long[][] a = new long[count][];
      long[][] b = new long[count][];
      for (int j = 0; j < count; j++) {
        a[j] = numbers(garbler, j * m, m);
        b[j] = numbers(evaluator, j * m, m);
      }
      long[] r = numbers(garbler, count * m, wideBits);
      long[] got = numbers(outputs, 0, outputs.rows());
      long[] wanted = new long[instances];
      long[] values = new long[count];
      for (int i = 0; i < instances; i++) {
        for (int j = 0; j < count; j++) {
          long sum = a[j][i] + b[j][i];
          values[j] = sum << (64 - m) >> (64 - m);
        }
        long wide = expected.of(values) - r[i];
        wanted[i] = wideBits == 0 ? wide : wide << (64 - wideBits) >>> (64 - wideBits);
      }
      assertThat(got).as(label).isEqualTo(wanted);
    }
  }

  private static long[] numbers(BitMatrix matrix, int firstRow, int bits) {
    long[] numbers = new long[matrix.columns()];
    try (NativeBuffer buffer = NativeBuffer.allocateLongs(numbers.length)) {
      matrix.getShares(firstRow, buffer, bits);
      buffer.longs().get(numbers);
    }
    return numbers;
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> ShareCircuits.relu(1, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 bits");
    assertThatThrownBy(() -> ShareCircuits.relu(16, 15))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ShareCircuits.relu(16, 65))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ShareCircuits.max(0, 16, 20))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ShareCircuits.argMax(1, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2");
  }
}
