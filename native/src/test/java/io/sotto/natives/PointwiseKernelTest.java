package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.PointwiseKernel.Sums;
import io.sotto.natives.PointwiseKernel.Terms;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class PointwiseKernelTest {
  private static final long SEED = 20261128;
  private static final int N = 64;
  private static final int INPUTS = 3;
  private static final int WEIGHTS = 4;
  private static final long Q = (1L << 46) - 21;

  // The second of four results has no terms.
  private static final int[] STARTS = {0, 3, 3, 4, 9};
  private static final int[] INPUT = {0, 1, 2, 2, 0, 0, 1, 2, 1};
  private static final int[] WEIGHT = {3, 0, 1, 2, 2, 1, 0, 3, 3};

  private final Random random = new Random(SEED);
  private Scope scope;

  @BeforeEach
  void open() {
    scope = new Scope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1048575, 1",
    "70368744177643, 1",
    "70368744177643, 4",
    "70368744177643, 9",
    "1125899906842597, 6",
    "2251799813685119, 2",
    "4503599627370449, 5",
    "9007199254740881, 5",
    "1152921504606846883, 3"
  })
  void everyPathAgreesWithBigIntegers(long q, int groups) {
    long[] in0 = residues(groups * INPUTS, q);
    long[] in1 = residues(groups * INPUTS, q);
    long[] weights = residues(WEIGHTS, q);
    for (Set<Feature> features : CpuFeatures.generations()) {
      NativeBuffer out0 = polynomials(groups * 4);
      NativeBuffer out1 = polynomials(groups * 4);
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        assertThat(restriction).isNotNull();
        PointwiseKernel.accumulate(
            new Sums(q, N, groups, INPUTS, terms(4, ints(STARTS))),
            longs(in0),
            longs(in1),
            longs(weights),
            out0,
            out1);
      }
      assertThat(content(out0))
          .as("first parts on %s, seed %d", features, SEED)
          .isEqualTo(twin(q, groups, in0, weights));
      assertThat(content(out1))
          .as("second parts on %s, seed %d", features, SEED)
          .isEqualTo(twin(q, groups, in1, weights));
    }
  }

  private static long[] twin(long q, int groups, long[] in, long[] weights) {
    long[] out = new long[groups * 4 * N];
    for (int i = 0; i < out.length; i++) {
      int group = i / (4 * N);
      int result = i / N % 4;
      BigInteger sum = BigInteger.ZERO;
      for (int t = STARTS[result]; t < STARTS[result + 1]; t++) {
        BigInteger number = BigInteger.valueOf(in[(group * INPUTS + INPUT[t]) * N + i % N]);
        sum = sum.add(number.multiply(BigInteger.valueOf(weights[WEIGHT[t] * N + i % N])));
      }
      out[i] = sum.mod(BigInteger.valueOf(q)).longValueExact();
    }
    return out;
  }

  @Test
  void partOfTheStartsGivesPartOfTheResults() {
    NativeBuffer starts = ints(STARTS);
    NativeBuffer in = longs(residues(INPUTS, Q));
    NativeBuffer weights = longs(residues(WEIGHTS, Q));
    NativeBuffer all = polynomials(4);
    NativeBuffer part = polynomials(2);
    PointwiseKernel.accumulate(
        new Sums(Q, N, 1, INPUTS, terms(4, starts)), in, in, weights, all, polynomials(4));
    PointwiseKernel.accumulate(
        new Sums(Q, N, 1, INPUTS, terms(2, starts.slice(2 * Integer.BYTES))),
        in,
        in,
        weights,
        part,
        polynomials(2));
    assertThat(content(part)).isEqualTo(Arrays.copyOfRange(content(all), 2 * N, 4 * N));
  }

  @Test
  void partsOfTheCoefficientsAreThoseOfTheWhole() {
    NativeBuffer in = longs(residues(2 * INPUTS, Q));
    NativeBuffer weights = longs(residues(WEIGHTS, Q));
    Sums sums = new Sums(Q, N, 2, INPUTS, terms(4, ints(STARTS)));
    NativeBuffer whole = polynomials(8);
    PointwiseKernel.accumulate(sums, in, in, weights, whole, polynomials(8));
    NativeBuffer parts = polynomials(8);
    PointwiseKernel.accumulate(sums.part(32, N - 32), in, in, weights, parts, polynomials(8));
    for (int poly = 0; poly < 8; poly++) {
      long[] found = Arrays.copyOfRange(content(parts), poly * N, (poly + 1) * N);
      long[] expected = Arrays.copyOfRange(content(whole), poly * N, (poly + 1) * N);
      Arrays.fill(expected, 0, 32, 0);
      assertThat(found).isEqualTo(expected);
    }
    PointwiseKernel.accumulate(sums.part(0, 32), in, in, weights, parts, polynomials(8));
    assertThat(content(parts)).isEqualTo(content(whole));
  }

  @Test
  void refusesCoefficientsThatAreNotThere() {
    NativeBuffer in = polynomials(INPUTS);
    NativeBuffer weights = polynomials(WEIGHTS);
    Sums all = new Sums(Q, N, 1, INPUTS, terms(4, ints(STARTS)));
    for (Sums sums :
        List.of(
            all.part(0, N + 32),
            all.part(N, 32),
            all.part(-32, 32),
            all.part(16, 32),
            all.part(0, 16))) {
      assertRefused(
          "coefficients asked for",
          () -> PointwiseKernel.accumulate(sums, in, in, weights, polynomials(4), polynomials(4)));
    }
  }

  @Test
  void refusesWhatWouldReadOrWriteOutside() {
    NativeBuffer in = polynomials(INPUTS);
    NativeBuffer weights = polynomials(WEIGHTS);
    NativeBuffer out = polynomials(4);
    NativeBuffer other = polynomials(4);
    Terms good = terms(4, ints(STARTS));
    assertRefused("in0", () -> run(good, 2, in, weights, polynomials(8), polynomials(8)));
    assertRefused("out1", () -> run(good, 1, in, weights, out, polynomials(3)));
    assertRefused("overlap", () -> run(good, 1, in, weights, out, out));
    assertRefused("memory", () -> run(good, 1, in, out, out, other));
    assertRefused("weight that", () -> run(good, 1, in, polynomials(WEIGHTS - 1), out, other));
    assertRefused("starts", () -> run(terms(5, ints(STARTS)), 1, in, weights, out, other));
    for (int[] starts : new int[][] {{-1, 3, 3, 4, 9}, {0, 3, 2, 4, 9}, {0, 3, 3, 4, 10}}) {
      assertRefused("begin", () -> run(terms(4, ints(starts)), 1, in, weights, out, other));
    }
    Terms outside =
        new Terms(4, ints(STARTS), ints(new int[] {0, 1, 3, 2, 0, 0, 1, 2, 1}), good.weight());
    assertRefused("input that", () -> run(outside, 1, in, weights, out, other));
    assertRefused("-1 results", () -> terms(-1, ints(STARTS)));
    assertRefused("-1 groups", () -> new Sums(Q, N, -1, 1, good));
    for (long q : new long[] {-1, 1 << 30, (1 << 19) - 1, (1L << 60) + 1}) {
      Sums sums = new Sums(q, N, 1, INPUTS, good);
      assertRefused("modulus", () -> PointwiseKernel.accumulate(sums, in, in, weights, out, other));
    }
    Sums odd = new Sums(Q, 16, 1, INPUTS, good);
    assertRefused("multiple", () -> PointwiseKernel.accumulate(odd, in, in, weights, out, other));
  }

  private static void run(
      Terms terms,
      int groups,
      NativeBuffer in,
      NativeBuffer weights,
      NativeBuffer out0,
      NativeBuffer out1) {
    PointwiseKernel.accumulate(new Sums(Q, N, groups, INPUTS, terms), in, in, weights, out0, out1);
  }

  private static void assertRefused(String word, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(word);
  }

  private Terms terms(int results, NativeBuffer starts) {
    return new Terms(results, starts, ints(INPUT), ints(WEIGHT));
  }

  /** The largest ones among them. */
  private long[] residues(int polynomials, long q) {
    long[] values = random.longs((long) polynomials * N, 0, q).toArray();
    for (int i = 0; i < values.length; i += 3) {
      values[i] = q - 1;
    }
    return values;
  }

  private NativeBuffer polynomials(int count) {
    return scope.allocateLongs((long) count * N);
  }

  private NativeBuffer longs(long[] values) {
    NativeBuffer buffer = scope.allocateLongs(values.length);
    buffer.longs().put(values);
    return buffer;
  }

  private NativeBuffer ints(int[] values) {
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
