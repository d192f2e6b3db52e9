package io.sotto.gc.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.RandomBits;
import io.sotto.gc.testing.TwoParties;
import io.sotto.gc.testing.WireDigest;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class ShareProductTest {
  /** What the garbler and the evaluator sent. */
  private record Digests(String garbler, String evaluator) {}

  /** One bit, surplus lanes, several blocks, several chunks and the widest product. */
  @ParameterizedTest
  @CsvSource({"1,9", "2,1", "13,256", "20,2049", "33,5000", "62,300", "7,0"})
  void sharesAddUpToTheProduct(int bits, int instances) {
    multiply(bits, instances);
  }

  /** Every byte on the wire, for fixed randomness. A change here is a change of the protocol. */
  @Test
  void theBytesOnTheWireAreTheseOnes() {
    Digests digests = multiply(24, 3000);
    assertThat(List.of(digests.garbler(), digests.evaluator()))
        .containsExactly("9c5fe2f0af2ef52fd5c9862ed0a4c74e", "9efd9825bab720821d4be45ee1708cc4");
  }

  @Test
  void aProductOfTooManyBitsIsWrongUse() {
    assertThatThrownBy(() -> new ShareProduct(63)).hasMessageContaining("1 to 62");
    assertThatThrownBy(() -> new ShareProduct(0)).hasMessageContaining("1 to 62");
  }

  private static Digests multiply(int bits, int instances) {
    ShareProduct product = new ShareProduct(bits);
    long mask = (1L << bits) - 1;
    try (Scope scope = new Scope()) {
      NativeBuffer f = scope.own(RandomBits.longs(new Random(bits), instances, bits));
      NativeBuffer g = scope.own(RandomBits.longs(new Random(~bits), instances, bits));
      NativeBuffer own = scope.allocateLongs(Math.max(1, instances));
      NativeBuffer other = scope.allocateLongs(Math.max(1, instances));
      var digests =
          TwoParties.run(
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (GarblerCorrelations garbler =
                    GarblerCorrelations.open(wire, new DeterministicRandom(7))) {
                  ProductGarbler.multiply(garbler, product, instances, f, own);
                }
                return wire.hex();
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (EvaluatorCorrelations evaluator =
                    EvaluatorCorrelations.open(wire, new DeterministicRandom(8))) {
                  Traffic before = wire.traffic();
                  ProductEvaluator.multiply(evaluator, product, instances, g, other);
                  assertThat(wire.traffic().minus(before))
                      .isEqualTo(product.evaluatorTraffic(instances, OtTrees.DEFAULT));
                }
                return wire.hex();
              });
      for (int i = 0; i < instances; i++) {
        long first = own.longs().get(i);
        long second = other.longs().get(i);
        assertThat((first | second) & ~mask).isZero();
        assertThat(first + second & mask).isEqualTo(f.longs().get(i) * g.longs().get(i) & mask);
      }
      return new Digests(digests.firstValue(), digests.secondValue());
    }
  }
}
