package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.LinearKernel.Product;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class LinearKernelTest {
  private static final long SEED = 20261121;
  private static final int MAX_WEIGHT = (1 << 20) - 1;

  private static final class Case {
    final String name;
    final long q;
    final int n;
    final int[] refs;
    final int m;
    final int[] weights;
    final long[] in;

    Case(String name, long q, int n, int[] refs, int m, int[] weights, long[] in) {
      this.name = name;
      this.q = q;
      this.n = n;
      this.refs = refs;
      this.m = m;
      this.weights = weights;
      this.in = in;
    }

    @Override
    public String toString() {
      return name + " (seed " + SEED + ")";
    }
  }

  static Stream<Case> cases() {
    Random random = new Random(SEED);
    return Stream.of(
        random("one", (1L << 41) - 21, 1, 1, 1, 1, random),
        random("odd sizes", (1L << 41) - 21, 67, 5, 131, 7, random),
        random("one vector and a bit", (1L << 60) - 173, 9, 40, 25, 5, random),
        random("more than a tile of each", (1L << 54) - 33, 130, 60, 300, 70, random),
        random("smallest modulus", 3, 64, 3, 17, 4, random),
        extreme("all largest", MAX_WEIGHT),
        extreme("all smallest", -MAX_WEIGHT));
  }

  private static Case random(String name, long q, int n, int rows, int k, int m, Random random) {
    int[] refs = random.ints(k, -1, rows).toArray();
    int[] weights = random.ints((long) m * k, -MAX_WEIGHT, MAX_WEIGHT + 1).toArray();
    for (int i = 0; i < weights.length; i += 5) {
      weights[i] = 0;
    }
    long[] in = random.longs((long) rows * n, 0, q).toArray();
    return new Case(name, q, n, refs, m, weights, in);
  }

  /** As many of the largest products as need a reduction on the way. */
  private static Case extreme(String name, int weight) {
    long q = (1L << 60) - 173;
    int k = 9000;
    int[] weights = new int[2 * k];
    Arrays.fill(weights, weight);
    long[] in = new long[10];
    Arrays.fill(in, q - 1);
    return new Case(name, q, 10, new int[k], 2, weights, in);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyPathAgreesWithBigIntegers(Case c) {
    long[] expected = twin(c);
    List<Set<Feature>> generations = CpuFeatures.generations();
    assertThat(generations).isNotEmpty();
    for (Set<Feature> features : generations) {
      long[] result;
      CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features);
      try {
        result = run(c);
      } finally {
        restriction.close();
      }
      assertThat(result).as("%s on %s", c, features).isEqualTo(expected);
    }
  }

  private static long[] twin(Case c) {
    int k = c.refs.length;
    long[] out = new long[c.m * c.n];
    for (int o = 0; o < c.m; o++) {
      for (int column = 0; column < c.n; column++) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < k; i++) {
          if (c.refs[i] >= 0) {
            sum =
                sum.add(
                    BigInteger.valueOf(c.weights[o * k + i])
                        .multiply(BigInteger.valueOf(c.in[c.refs[i] * c.n + column])));
          }
        }
        out[o * c.n + column] = sum.mod(BigInteger.valueOf(c.q)).longValueExact();
      }
    }
    return out;
  }

  private static long[] run(Case c) {
    try (Scope scope = new Scope()) {
      NativeBuffer out = scope.allocate((long) c.m * c.n * Long.BYTES);
      LinearKernel.accumulate(
          new Product(c.q, c.n, c.refs.length, c.m),
          longs(scope, c.in),
          ints(scope, c.refs),
          ints(scope, c.weights),
          out);
      long[] result = new long[c.m * c.n];
      out.longs().get(result);
      return result;
    }
  }

  @Test
  void refusesWhatWouldReadOutside() {
    try (Scope scope = new Scope()) {
      NativeBuffer in = longs(scope, new long[] {1, 2, 3, 4});
      NativeBuffer out = scope.allocate(16);
      NativeBuffer one = ints(scope, new int[] {1});
      for (int ref : new int[] {-2, 2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        NativeBuffer refs = ints(scope, new int[] {ref});
        assertThatThrownBy(
                () -> LinearKernel.accumulate(new Product(17, 2, 1, 1), in, refs, one, out))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("row");
      }
      NativeBuffer zero = ints(scope, new int[] {0});
      assertThatThrownBy(
              () -> LinearKernel.accumulate(new Product(17, 2, 1, 2), in, zero, one, out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("weights");
      assertThatThrownBy(
              () -> LinearKernel.accumulate(new Product(17, 2, 2, 1), in, zero, one, out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("refs");
      assertThatThrownBy(
              () -> LinearKernel.accumulate(new Product(17, 3, 1, 1), in, zero, one, out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rows");
      assertThatThrownBy(
              () -> LinearKernel.accumulate(new Product(17, 4, 1, 1), in, zero, one, out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("out");
      assertThatThrownBy(
              () ->
                  LinearKernel.accumulate(
                      new Product(17, 2, 1, 1), in, zero, one, in.slice(16, 16)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("memory");
    }
  }

  @Test
  void refusesWideWeightsAndModuli() {
    try (Scope scope = new Scope()) {
      NativeBuffer in = longs(scope, new long[] {1, 2});
      NativeBuffer out = scope.allocate(16);
      NativeBuffer refs = ints(scope, new int[] {0, 0});
      for (int weight : new int[] {1 << 20, -(1 << 20), Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        NativeBuffer weights = ints(scope, new int[] {1, weight});
        assertThatThrownBy(
                () -> LinearKernel.accumulate(new Product(17, 2, 2, 1), in, refs, weights, out))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("weight");
      }
      NativeBuffer one = ints(scope, new int[] {1});
      for (long q : new long[] {-1, 0, 1, 18, (1L << 60) + 1}) {
        assertThatThrownBy(
                () -> LinearKernel.accumulate(new Product(q, 2, 1, 1), in, refs, one, out))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("modulus");
      }
    }
  }

  private static NativeBuffer longs(Scope scope, long[] values) {
    NativeBuffer buffer = scope.allocate((long) values.length * Long.BYTES);
    buffer.longs().put(values);
    return buffer;
  }

  private static NativeBuffer ints(Scope scope, int[] values) {
    NativeBuffer buffer = scope.allocate((long) values.length * Integer.BYTES);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }
}
