package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class FixedPointKernelTest {
  private static final long SEED = 20261122;
  private static final int[] WIDTHS = {1, 2, 3, 12, 16, 24, 31, 32, 33, 41, 55, 59, 60, 61, 62};

  private final Random random = new Random(SEED);

  /** round(a / b), ties up, of non-negative numbers. */
  private static BigInteger round(BigInteger a, BigInteger b) {
    return a.shiftLeft(1).add(b).divide(b.shiftLeft(1));
  }

  private static BigInteger power(int bits) {
    return BigInteger.ONE.shiftLeft(bits);
  }

  private static long scaled(long x, long q, int bits) {
    return round(BigInteger.valueOf(x).shiftLeft(bits), BigInteger.valueOf(q))
        .mod(power(bits))
        .longValueExact();
  }

  private long[] residues(long q) {
    return LongStream.concat(
            LongStream.of(0, 1, q / 2 - 1, q / 2, q / 2 + 1, q - 2, q - 1), random.longs(200, 0, q))
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {17, (1L << 20) - 3, (1L << 41) - 21, (1L << 54) - 33, (1L << 60) - 173})
  void movesBetweenTheRings(long q) {
    for (int bits : WIDTHS) {
      long[] values =
          LongStream.concat(
                  LongStream.of(0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << bits) - 1),
                  random.longs(200))
              .toArray();
      assertThat(map(values, (in, out) -> FixedPointKernel.toRing(in, bits, q, out)))
          .as("to the ring from %d bits, seed %d", bits, SEED)
          .isEqualTo(
              each(
                  values,
                  v ->
                      round(
                              BigInteger.valueOf(v)
                                  .mod(power(bits))
                                  .multiply(BigInteger.valueOf(q)),
                              power(bits))
                          .mod(BigInteger.valueOf(q))
                          .longValueExact()));
      long[] residues = residues(q);
      assertThat(map(residues, (in, out) -> FixedPointKernel.fromRing(in, q, bits, out)))
          .as("from the ring to %d bits, seed %d", bits, SEED)
          .isEqualTo(each(residues, x -> scaled(x, q, bits)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {17, (1L << 41) - 21, (1L << 60) - 173})
  void addsResidues(long q) {
    long[] a = residues(q);
    long[] b = shuffled(a);
    assertThat(
            map(a, b, (in, out) -> copied(in, out, () -> FixedPointKernel.addMod(out, in[1], q))))
        .as("seed %d", SEED)
        .isEqualTo(each(a, b, (x, y) -> Math.floorMod(x + y, q)));
  }

  @Test
  void dropsBits() {
    for (int from : WIDTHS) {
      for (int to : WIDTHS) {
        if (to > from) {
          continue;
        }
        long[] values =
            LongStream.concat(
                    LongStream.of(0, 1, -1, Long.MIN_VALUE, (1L << (from - to)) - 1),
                    random.longs(100))
                .toArray();
        assertThat(map(values, (in, out) -> FixedPointKernel.dropBits(in, from, to, out)))
            .as("%d to %d bits, seed %d", from, to, SEED)
            .isEqualTo(
                each(
                    values,
                    v ->
                        BigInteger.valueOf(v)
                            .mod(power(from))
                            .divide(power(from - to))
                            .longValueExact()));
      }
    }
  }

  @Test
  void refusesSizesAndWidths() {
    try (NativeBuffer two = NativeBuffer.allocate(16);
        NativeBuffer one = NativeBuffer.allocate(8)) {
      assertThatThrownBy(() -> FixedPointKernel.toRing(two, 8, 17, one))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("16 and 8 bytes");
      for (int bits : new int[] {-1, 0, 63, 64}) {
        assertThatThrownBy(() -> FixedPointKernel.fromRing(two, 17, bits, two))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("width");
      }
      for (long q : new long[] {-17, 0, 1, 16, (1L << 60) + 1}) {
        assertThatThrownBy(() -> FixedPointKernel.addMod(two, two, q))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("modulus");
      }
      assertThatThrownBy(() -> FixedPointKernel.dropBits(two, 8, 9, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("wider");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 7})
  void addsOneNumberToTheHeadOfEachRow(int used) {
    long q = (1L << 60) - 173;
    int columns = 7;
    long[] constants = residues(q);
    long[] rows = random.longs((long) constants.length * columns, 0, q).toArray();
    long[] expected = rows.clone();
    for (int i = 0; i < rows.length; i++) {
      if (i % columns < used) {
        expected[i] = (rows[i] + constants[i / columns]) % q;
      }
    }
    assertThat(
            map(
                rows,
                constants,
                (in, out) ->
                    copied(in, out, () -> FixedPointKernel.addToRowsMod(out, in[1], used, q))))
        .as("seed %d", SEED)
        .isEqualTo(expected);
  }

  @Test
  void refusesRowsThatDontFit() {
    try (Scope scope = new Scope()) {
      NativeBuffer rows = scope.allocate(6 * Long.BYTES);
      NativeBuffer four = scope.allocate(4 * Long.BYTES);
      NativeBuffer two = scope.allocate(2 * Long.BYTES);
      assertThatThrownBy(() -> FixedPointKernel.addToRowsMod(rows, four, 1, 17))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("48 bytes for 4 rows");
      assertThatThrownBy(() -> FixedPointKernel.addToRowsMod(rows, rows.slice(0, 16), 1, 17))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> FixedPointKernel.addToRowsMod(rows, two, 4, 17))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("more values of a row used than it has");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 3", "4, 0", "4, 3", "7, 20"})
  void takesAndPutsNumbersWhereTheTableSays(int stride, int offset) {
    int places = 37;
    int[] index = random.ints(100, -3, places).toArray();
    index[0] = places - 1;
    index[1] = Integer.MIN_VALUE;
    long[] values = random.longs((places - 1L) * stride + offset + 1).toArray();
    long[] taken = new long[index.length];
    long[] put = values.clone();
    long[] numbers = random.longs(index.length).toArray();
    for (int i = 0; i < index.length; i++) {
      if (index[i] >= 0) {
        taken[i] = values[index[i] * stride + offset];
        put[index[i] * stride + offset] = numbers[i];
      }
    }
    try (Scope scope = new Scope()) {
      NativeBuffer table = ints(scope, index);
      NativeBuffer memory = longs(scope, values);
      NativeBuffer out = scope.allocateLongs(index.length);
      FixedPointKernel.gather(memory, table, stride, offset, out);
      assertThat(content(out)).as("taken, seed %d", SEED).isEqualTo(taken);
      FixedPointKernel.scatter(longs(scope, numbers), table, stride, offset, memory);
      assertThat(content(memory)).as("put, seed %d", SEED).isEqualTo(put);
    }
  }

  @Test
  void refusesPlacesThatArentThere() {
    try (Scope scope = new Scope()) {
      NativeBuffer values = scope.allocateLongs(10);
      NativeBuffer two = scope.allocateLongs(2);
      NativeBuffer last = ints(scope, new int[] {4, -1});
      FixedPointKernel.gather(values, last, 2, 1, two);
      FixedPointKernel.gather(values, ints(scope, new int[] {-1, -2}), 1, 1 << 30, two);
      assertPlaceRefused("isn't there", values, last, 2, 2, two);
      assertPlaceRefused("isn't there", values, last, 1, Long.MAX_VALUE, two);
      assertPlaceRefused("isn't there", values, last, Long.MAX_VALUE, 0, two);
      assertPlaceRefused(
          "isn't there", values, ints(scope, new int[] {0, Integer.MAX_VALUE}), 2, 0, two);
      assertPlaceRefused("stride", values, last, 0, 0, two);
      assertPlaceRefused("stride", values, last, 1, -1, two);
      assertPlaceRefused("index", values, last, 1, 0, scope.allocateLongs(3));
      assertPlaceRefused("memory", values, last, 1, 0, values.slice(0, 16));
    }
  }

  private static void assertPlaceRefused(
      String word,
      NativeBuffer values,
      NativeBuffer index,
      long stride,
      long offset,
      NativeBuffer numbers) {
    assertThatThrownBy(() -> FixedPointKernel.gather(values, index, stride, offset, numbers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(word);
    assertThatThrownBy(() -> FixedPointKernel.scatter(numbers, index, stride, offset, values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(word);
  }

  private long[] shuffled(long[] values) {
    long[] copy = values.clone();
    for (int i = copy.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long swap = copy[i];
      copy[i] = copy[j];
      copy[j] = swap;
    }
    return copy;
  }

  private static long[] each(long[] values, LongUnaryOperator f) {
    return Arrays.stream(values).map(f).toArray();
  }

  private static long[] each(long[] a, long[] b, LongBinaryOperator f) {
    long[] out = new long[a.length];
    Arrays.setAll(out, i -> f.applyAsLong(a[i], b[i]));
    return out;
  }

  private static void copied(NativeBuffer[] in, NativeBuffer out, Runnable operation) {
    out.bytes().put(in[0].bytes());
    operation.run();
  }

  private static long[] map(long[] a, BiConsumer<NativeBuffer, NativeBuffer> kernel) {
    return map(a, a, (in, out) -> kernel.accept(in[0], out));
  }

  /** What a kernel makes of numbers, the same on every path. */
  private static long[] map(long[] a, long[] b, BiConsumer<NativeBuffer[], NativeBuffer> kernel) {
    List<long[]> results = new ArrayList<>();
    for (Set<Feature> features : CpuFeatures.generations()) {
      try (Scope scope = new Scope();
          CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        assertThat(restriction).isNotNull();
        NativeBuffer out = scope.allocateLongs(a.length);
        kernel.accept(new NativeBuffer[] {longs(scope, a), longs(scope, b)}, out);
        results.add(content(out));
      }
      assertThat(results.get(results.size() - 1)).as("on %s", features).isEqualTo(results.get(0));
    }
    return results.get(0);
  }

  private static NativeBuffer longs(Scope scope, long[] values) {
    NativeBuffer buffer = scope.allocateLongs(values.length);
    buffer.longs().put(values);
    return buffer;
  }

  private static NativeBuffer ints(Scope scope, int[] values) {
    NativeBuffer buffer = scope.allocate((long) values.length * Integer.BYTES);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }

  private static long[] content(NativeBuffer buffer) {
    long[] result = new long[(int) (buffer.size() / Long.BYTES)];
    buffer.longs().get(result);
    return result;
  }
}
