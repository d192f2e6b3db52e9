package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.PlainLabelKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.RandomBits;
import io.sotto.gc.testing.TwoParties;
import io.sotto.gc.testing.WireDigest;
import io.sotto.natives.CpuFeatures;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of a relu on shares in each of its forms. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
abstract class ReluTests {

  abstract void garble(
      Garbler garbler, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results);

  abstract void evaluate(
      Evaluator evaluator, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results);

  abstract Traffic traffic(ShareRelu relu, int count, OtTrees trees);

  /** Digests of what the garbler and the evaluator send for fixed randomness. */
  abstract List<String> digests();

  /** Every pair of shares, both kernels. */
  @ParameterizedTest
  @CsvSource({"2,2", "2,3", "3,3", "5,5", "5,6", "5,12", "5,62"})
  void allPairsOfShares(int bits, int wideBits) {
    allPairs(new ShareRelu(bits, wideBits));
  }

  /** All pairs of shares, so all ways in which a sum may wrap or a carry get lost. */
  @ParameterizedTest
  @CsvSource({"3,1,3", "5,1,7", "5,2,9", "5,3,5", "6,2,6", "6,3,11", "6,4,8"})
  void allPairsOfSharesWithBitsLeftOut(int bits, int dropped, int wideBits) {
    allPairs(new ShareRelu(bits, dropped, wideBits));
  }

  private void allPairs(ShareRelu relu) {
    int bits = relu.bits();
    int count = 1 << (2 * bits);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.allocateLongs(count);
      NativeBuffer b = scope.allocateLongs(count);
      for (int i = 0; i < count; i++) {
        a.longs().put(i, i & ((1 << bits) - 1));
        b.longs().put(i, i >>> bits);
      }
      check(relu, count, a, b, LabelKernel::fastest, LabelKernel::fastest);
      check(relu, count, a, b, PlainLabelKernel::new, LabelKernel::fastest);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 255, 256, 257, 1500, 20_001})
  void randomSharesOfAnyNumber(int instances) {
    random(new ShareRelu(16, 28), instances, LabelKernel::fastest, LabelKernel::fastest);
  }

  @ParameterizedTest
  @CsvSource({"17,28", "16,16", "32,56", "32,62", "10,11"})
  void randomSharesOfAnyWidth(int bits, int wideBits) {
    random(new ShareRelu(bits, wideBits), 2500, LabelKernel::fastest, LabelKernel::fastest);
  }

  @Test
  void theKernelsOfTheTwoSidesMayDiffer() {
    ShareRelu relu = new ShareRelu(12, 20);
    random(relu, 300, PlainLabelKernel::new, PlainLabelKernel::new);
    random(relu, 300, LabelKernel::fastest, PlainLabelKernel::new);
    random(relu, 300, PlainLabelKernel::new, LabelKernel::fastest);
    ShareRelu dropping = new ShareRelu(16, 5, 28);
    random(dropping, 3000, LabelKernel::fastest, PlainLabelKernel::new);
    random(dropping, 3000, PlainLabelKernel::new, LabelKernel::fastest);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void transfersMayBeByOtherTrees(int bits) {
    ShareRelu relu = new ShareRelu(16, 28);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(new Random(bits), 9000, 16));
      NativeBuffer b = scope.own(RandomBits.longs(new Random(~bits), 9000, 16));
      check(relu, 9000, a, b, LabelKernel::fastest, PlainLabelKernel::new, new OtTrees(bits));
    }
  }

  /** On small values, of which each sign may be taken for the other, errors cancel nearly. */
  @Test
  void whatLeavingBitsOutCostsIsBoundedAndHasLittleBias() {
    ShareRelu relu = new ShareRelu(16, 5, 28);
    int count = 20_000;
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(random, count, 16));
      NativeBuffer b = scope.allocateLongs(count);
      for (int i = 0; i < count; i++) {
        long y = i % 65L - 32;
        b.longs().put(i, (y - a.longs().get(i)) & 0xffff);
      }
      long[] errors = check(relu, count, a, b, LabelKernel::fastest, LabelKernel::fastest);
      double mean = Arrays.stream(errors).average().orElseThrow();
      assertThat(Arrays.stream(errors).filter(e -> e != 0).count()).isGreaterThan(count / 20);
      // At y = +-8 it is 2, a quarter of the tolerance's half; over the range of 65 less than 1.
      assertThat(mean).as("seed %d", seed).isBetween(-1.0, 0.0);
    }
  }

  private void random(
      ShareRelu relu, int count, Supplier<LabelKernel> garbler, Supplier<LabelKernel> evaluator) {
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(random, count, relu.bits()));
      NativeBuffer b = scope.own(RandomBits.longs(random, count, relu.bits()));
      check(relu, count, a, b, garbler, evaluator);
    }
  }

  /** Runs it twice in one session: sums, traffic, and that shares are fresh. */
  private long[] check(
      ShareRelu relu,
      int count,
      NativeBuffer a,
      NativeBuffer b,
      Supplier<LabelKernel> garblerKernel,
      Supplier<LabelKernel> evaluatorKernel) {
    return check(relu, count, a, b, garblerKernel, evaluatorKernel, OtTrees.DEFAULT);
  }

  private long[] check(
      ShareRelu relu,
      int count,
      NativeBuffer a,
      NativeBuffer b,
      Supplier<LabelKernel> garblerKernel,
      Supplier<LabelKernel> evaluatorKernel,
      OtTrees trees) {
    try (Scope scope = new Scope()) {
      NativeBuffer[] own = {longs(scope, count), longs(scope, count)};
      NativeBuffer[] other = {longs(scope, count), longs(scope, count)};
      var outcomes =
          TwoParties.run(
              channel -> {
                try (Garbler garbler =
                    Garbler.open(channel, new SecureRandom(), garblerKernel.get(), trees)) {
                  garble(garbler, relu, count, a, own[0]);
                  garble(garbler, relu, count, a, own[1]);
                }
                return channel.traffic();
              },
              channel -> {
                try (Evaluator evaluator =
                    Evaluator.open(channel, new SecureRandom(), evaluatorKernel.get(), trees)) {
                  for (int run = 0; run < 2; run++) {
                    Traffic before = channel.traffic();
                    evaluate(evaluator, relu, count, b, other[run]);
                    assertThat(channel.traffic().minus(before))
                        .isEqualTo(traffic(relu, count, trees));
                  }
                }
                return channel.traffic();
              });
      assertThat(outcomes.firstValue().bytesReceived())
          .isEqualTo(outcomes.secondValue().bytesSent());
      int shift = 64 - relu.bits();
      long mask = (1L << relu.wideBits()) - 1;
      int wide = 64 - relu.wideBits();
      long[] errors = new long[count];
      for (int run = 0; run < 2; run++) {
        for (int i = 0; i < count; i++) {
          long y = (a.longs().get(i) + b.longs().get(i)) << shift >> shift;
          assertThat(own[run].longs().get(i) >>> relu.wideBits()).isZero();
          assertThat(other[run].longs().get(i) >>> relu.wideBits()).isZero();
          long x = (own[run].longs().get(i) + other[run].longs().get(i)) & mask;
          if (relu.dropped() == 0 || Math.abs(y) <= relu.largest()) {
            long expected = relu.dropped() == 0 ? Math.max(0, y) : relu.result(y, a.longs().get(i));
            assertThat(x << wide >> wide)
                .as("%s of %d + %d", relu, a.longs().get(i), b.longs().get(i))
                .isEqualTo(expected);
            errors[i] = expected - Math.max(0, y);
          }
        }
      }
      if (count >= 1000) {
        looksUniform(own, count, relu.wideBits());
        looksUniform(other, count, relu.wideBits());
      }
      return errors;
    }
  }

  private static NativeBuffer longs(Scope scope, int count) {
    return scope.allocateLongs(Math.max(1, count));
  }

  /** Each bit, and each bit's change from run to run, is balanced to six standard deviations. */
  private static void looksUniform(NativeBuffer[] shares, int count, int bits) {
    for (int bit = 0; bit < bits; bit++) {
      int ones = 0;
      int changes = 0;
      for (int i = 0; i < count; i++) {
        long first = shares[0].longs().get(i);
        ones += (int) (first >>> bit & 1);
        changes += (int) ((first ^ shares[1].longs().get(i)) >>> bit & 1);
      }
      assertThat(Math.abs(2L * ones - count)).isLessThan((long) (6 * Math.sqrt(count)));
      assertThat(Math.abs(2L * changes - count)).isLessThan((long) (6 * Math.sqrt(count)));
    }
  }

  /**
   * Every byte on the wire, for fixed randomness, by every form of the kernels. A change here is a
   * change of the protocol.
   */
  @Test
  @SuppressWarnings("try") // the restriction is only there to end
  void theBytesOnTheWireAreTheseOnes() {
    for (Set<CpuFeatures.Feature> features : CpuFeatures.generations()) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        checkBytesOnTheWire();
      }
    }
  }

  private void checkBytesOnTheWire() {
    ShareRelu relu = new ShareRelu(16, 28);
    int instances = 5000;
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(new Random(5), instances, 16));
      NativeBuffer b = scope.own(RandomBits.longs(new Random(6), instances, 16));
      NativeBuffer own = scope.allocateLongs(instances);
      NativeBuffer other = scope.allocateLongs(instances);
      var results =
          TwoParties.run(
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (Garbler garbler = Garbler.open(wire, new DeterministicRandom(7))) {
                  garble(garbler, relu, instances, a, own);
                }
                return wire.hex();
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (Evaluator evaluator = Evaluator.open(wire, new DeterministicRandom(8))) {
                  evaluate(evaluator, relu, instances, b, other);
                }
                return wire.hex();
              });
      assertThat(List.of(results.firstValue(), results.secondValue())).isEqualTo(digests());
    }
  }
}
