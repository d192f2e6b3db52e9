package io.sotto.gc.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class ArithmeticTest {

  private interface Gadget {
    Bit[] apply(CircuitBuilder b, Bit[] x, Bit[] y);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 31, 64})
  void agreesWithLongs(int m) {
    check(m, m - 1, Arithmetic::add, (x, y) -> x + y);
    check(m, m - 1, Arithmetic::subtract, (x, y) -> x - y);
    check(m, m, (b, x, y) -> new Bit[] {Arithmetic.lessThan(b, x, y)}, (x, y) -> x < y ? 1 : 0);
    check(
        m,
        m,
        (b, x, y) -> new Bit[] {Arithmetic.lessThanUnsigned(b, x, y)},
        (x, y) -> Long.compareUnsigned(unsigned(x, m), unsigned(y, m)) < 0 ? 1 : 0);
    check(m, 2 * m, Arithmetic::max, Math::max);
    check(m, m - 1, (b, x, y) -> Arithmetic.relu(b, x), (x, y) -> Math.max(0, x));
    check(m, m, (b, x, y) -> Arithmetic.mux(b, x[0], x, y), (x, y) -> (x & 1) != 0 ? x : y);
    check(m, 0, (b, x, y) -> Arithmetic.not(x), (x, y) -> ~x);
    check(m, 0, (b, x, y) -> Arithmetic.constant(-5, m), (x, y) -> -5);
    if (m < 64) {
      check(m, 0, (b, x, y) -> Arithmetic.signExtend(x, m + 1), (x, y) -> x);
      check(m, 0, (b, x, y) -> Arithmetic.zeroExtend(x, m + 1), (x, y) -> unsigned(x, m));
    }
  }

  /** All pairs for small m, random ones for large. */
  private static void check(int m, int ands, Gadget gadget, LongBinaryOperator expected) {
    CircuitBuilder b = new CircuitBuilder();
    Bit[] x = b.garblerInput(m);
    Bit[] y = b.evaluatorInput(m);
    Bit[] result = gadget.apply(b, x, y);
    b.output(result);
    Circuit circuit = b.build();
    assertThat(circuit.andCount()).isEqualTo(ands);

    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    int instances = m <= 5 ? 1 << (2 * m) : 1000;
    try (Scope scope = new Scope()) {
      NativeBuffer left = scope.allocateLongs(instances);
      NativeBuffer right = scope.allocateLongs(instances);
      for (int i = 0; i < instances; i++) {
        left.longs().put(i, m <= 5 ? i : random.nextLong());
        right.longs().put(i, m <= 5 ? i >>> m : random.nextLong() >> random.nextInt(64));
      }
      BitMatrix outputs =
          scope.own(
              ClearEvaluator.evaluate(
                  circuit,
                  scope.own(BitMatrix.fromShares(left, instances, m)),
                  scope.own(BitMatrix.fromShares(right, instances, m))));
      NativeBuffer got = scope.allocateLongs(instances);
      outputs.toShares(got);
      for (int i = 0; i < instances; i++) {
        long xs = left.longs().get(i) << (64 - m) >> (64 - m);
        long ys = right.longs().get(i) << (64 - m) >> (64 - m);
        assertThat(got.longs().get(i))
            .as("seed %d, m %d, %d and %d", seed, m, xs, ys)
            .isEqualTo(unsigned(expected.applyAsLong(xs, ys), result.length));
      }
    }
  }

  private static long unsigned(long value, int bits) {
    return value << (64 - bits) >>> (64 - bits);
  }

  @Test
  void lengthsThatDifferAreRefused() {
    CircuitBuilder b = new CircuitBuilder();
    Bit[] x = b.garblerInput(3);
    Bit[] y = b.garblerInput(4);
    assertThatThrownBy(() -> Arithmetic.add(b, x, y))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 and 4");
  }
}
