package io.sotto.gc.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.KernelsOfTests;
import io.sotto.gc.internal.KernelForms;
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
import io.sotto.natives.WireLabels;
import io.sotto.natives.testing.LeakCheck;
import java.nio.LongBuffer;
import java.security.SecureRandom;
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

/** What holds of functions of shares in each of their forms. */
@ExtendWith(LeakCheck.class)
@Timeout(240)
public abstract class ShareFunctionTests {

  protected abstract void garble(
      GarblerCorrelations garbler,
      ShareFunction f,
      int count,
      NativeBuffer shares,
      NativeBuffer results);

  protected abstract void evaluate(
      EvaluatorCorrelations evaluator,
      ShareFunction f,
      int count,
      NativeBuffer shares,
      NativeBuffer results);

  protected abstract Traffic traffic(ShareFunction f, int count, OtTrees trees);

  /** Digests of what the garbler and the evaluator send for fixed randomness. */
  protected abstract List<String> digests();

  /** Every pair of shares, so all ways in which a sum may wrap or a carry get lost. */
  @ParameterizedTest
  @CsvSource({
    "RELU,0,2,2",
    "RELU,0,3,3",
    "RELU,0,5,6",
    "RELU,0,5,62",
    "RELU,1,2,2",
    "RELU,1,2,5",
    "RELU,1,5,5",
    "RELU,2,3,4",
    "RELU,3,3,6",
    "RELU,4,2,3",
    "RELU,5,2,12",
    "VALUE,1,2,1",
    "VALUE,1,4,4",
    "VALUE,1,4,3",
    "VALUE,3,3,3",
    "VALUE,5,2,1",
    "VALUE,0,2,3",
    "VALUE,0,5,9",
    "VALUE,1,3,4",
    "VALUE,2,4,5",
    "VALUE,3,3,62",
    "VALUE,4,2,8"
  })
  void allPairsOfShares(ShareFunction.Kind kind, int dropped, int bits, int wideBits) {
    ShareFunction f = new ShareFunction(kind, dropped, bits, wideBits);
    int n = dropped + bits;
    int count = 1 << (2 * n);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.allocateLongs(count);
      NativeBuffer b = scope.allocateLongs(count);
      for (int i = 0; i < count; i++) {
        a.longs().put(i, i & ((1 << n) - 1));
        b.longs().put(i, i >>> n);
      }
      check(f, count, a, b, KernelForms::fastest, KernelForms::fastest);
      check(f, count, a, b, PlainLabelKernel::new, KernelForms::fastest);
    }
  }

  /** A million pairs of shares of the widths that networks have, on every path of the kernels. */
  @ParameterizedTest
  @CsvSource({"RELU,9,12,20", "RELU,8,14,22", "RELU,11,16,28", "VALUE,9,14,14", "VALUE,9,13,24"})
  @SuppressWarnings("try") // the restriction is only there to end
  void aMillionRandomPairs(ShareFunction.Kind kind, int dropped, int bits, int wideBits) {
    ShareFunction f = new ShareFunction(kind, dropped, bits, wideBits);
    List<Set<CpuFeatures.Feature>> generations = CpuFeatures.generations();
    for (Set<CpuFeatures.Feature> features : generations) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        // Without AES instructions all is in plain Java.
        int count = WireLabels.available() ? 1_000_000 : 2_000;
        random(f, count, KernelForms::fastest, KernelForms::fastest);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 255, 256, 257, 1500, 20_001})
  void randomSharesOfAnyNumber(int instances) {
    for (ShareFunction f :
        List.of(
            ShareFunction.relu(8, 12, 20),
            ShareFunction.relu(0, 16, 28),
            ShareFunction.value(9, 13, 13),
            ShareFunction.value(9, 13, 20))) {
      random(f, instances, KernelForms::fastest, KernelForms::fastest);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RELU,0,17,28", "RELU,11,17,28", "RELU,0,16,16", "RELU,30,32,32", "RELU,30,32,62",
    "RELU,1,10,11", "RELU,60,2,3", "VALUE,30,32,32", "VALUE,0,61,62", "VALUE,60,2,62",
    "VALUE,1,61,1", "VALUE,20,20,40"
  })
  void randomSharesOfAnyWidth(ShareFunction.Kind kind, int dropped, int bits, int wideBits) {
    ShareFunction f = new ShareFunction(kind, dropped, bits, wideBits);
    random(f, 2500, KernelForms::fastest, KernelForms::fastest);
  }

  @Test
  void theKernelsOfTheTwoSidesMayDiffer() {
    ShareFunction relu = ShareFunction.relu(5, 12, 20);
    random(relu, 300, PlainLabelKernel::new, PlainLabelKernel::new);
    random(relu, 300, KernelForms::fastest, PlainLabelKernel::new);
    random(relu, 3000, PlainLabelKernel::new, KernelForms::fastest);
    random(ShareFunction.value(5, 12, 20), 3000, KernelForms::fastest, PlainLabelKernel::new);
    random(ShareFunction.value(5, 12, 12), 3000, PlainLabelKernel::new, KernelForms::fastest);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void transfersMayBeByOtherTrees(int bits) {
    ShareFunction relu = ShareFunction.relu(8, 14, 28);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(new Random(bits), 9000, 22));
      NativeBuffer b = scope.own(RandomBits.longs(new Random(~bits), 9000, 22));
      check(relu, 9000, a, b, KernelForms::fastest, PlainLabelKernel::new, new OtTrees(bits));
    }
  }

  /**
   * Shares in half cells: whether the sum is twice the value or one more, nothing else comes out.
   */
  @Test
  void theHalfUnitOfSharesInHalfCellsHasNoEffect() {
    ShareFunction relu = ShareFunction.relu(9, 12, 20);
    int count = 4000;
    Random random = new Random(3);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(random, count, 21));
      NativeBuffer b = scope.allocateLongs(count);
      for (int i = 0; i < count; i += 2) {
        long v = random.nextLong();
        a.longs().put(i + 1, a.longs().get(i));
        b.longs().put(i, 2 * v - a.longs().get(i) & (1L << 21) - 1);
        b.longs().put(i + 1, 2 * v + 1 - a.longs().get(i) & (1L << 21) - 1);
      }
      long[] x = check(relu, count, a, b, KernelForms::fastest, KernelForms::fastest);
      for (int i = 0; i < count; i += 2) {
        assertThat(x[i]).isEqualTo(x[i + 1]);
      }
    }
  }

  private void random(
      ShareFunction f, int count, Supplier<LabelKernel> garbler, Supplier<LabelKernel> evaluator) {
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(random, count, f.dropped() + f.bits()));
      NativeBuffer b = scope.own(RandomBits.longs(random, count, f.dropped() + f.bits()));
      check(f, count, a, b, garbler, evaluator);
    }
  }

  private long[] check(
      ShareFunction f,
      int count,
      NativeBuffer a,
      NativeBuffer b,
      Supplier<LabelKernel> garblerKernel,
      Supplier<LabelKernel> evaluatorKernel) {
    return check(f, count, a, b, garblerKernel, evaluatorKernel, OtTrees.DEFAULT);
  }

  /** Runs it twice in one session: sums, traffic, and that shares are fresh. Returns the sums. */
  private long[] check(
      ShareFunction f,
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
                try (GarblerCorrelations garbler =
                    KernelsOfTests.garbler(
                        channel, new SecureRandom(), garblerKernel.get(), trees)) {
                  garble(garbler, f, count, a, own[0]);
                  garble(garbler, f, count, a, own[1]);
                }
                return channel.traffic();
              },
              channel -> {
                try (EvaluatorCorrelations evaluator =
                    KernelsOfTests.evaluator(
                        channel, new SecureRandom(), evaluatorKernel.get(), trees)) {
                  for (int run = 0; run < 2; run++) {
                    Traffic before = channel.traffic();
                    evaluate(evaluator, f, count, b, other[run]);
                    assertThat(channel.traffic().minus(before))
                        .as("%s", f)
                        .isEqualTo(traffic(f, count, trees));
                  }
                }
                return channel.traffic();
              });
      assertThat(outcomes.firstValue().bytesReceived())
          .isEqualTo(outcomes.secondValue().bytesSent());
      long mask = (1L << f.wideBits()) - 1;
      long[] sums = new long[count];
      LongBuffer ofGarbler = a.longs();
      LongBuffer ofEvaluator = b.longs();
      for (int run = 0; run < 2; run++) {
        LongBuffer firsts = own[run].longs();
        LongBuffer seconds = other[run].longs();
        for (int i = 0; i < count; i++) {
          long first = firsts.get(i);
          long second = seconds.get(i);
          long expected = f.result(ofGarbler.get(i), ofEvaluator.get(i));
          sums[i] = (first + second) & mask;
          if (((first | second) & ~mask) != 0 || sums[i] != expected) {
            throw new AssertionError(
                "%s of %d + %d: shares %d and %d, expected a sum of %d"
                    .formatted(f, ofGarbler.get(i), ofEvaluator.get(i), first, second, expected));
          }
        }
      }
      if (count >= 1000) {
        looksUniform(own, count, f);
        looksUniform(other, count, f);
      }
      return sums;
    }
  }

  private static NativeBuffer longs(Scope scope, int count) {
    return scope.allocateLongs(Math.max(1, count));
  }

  /** Each bit, and each bit's change from run to run, is balanced to six standard deviations. */
  private static void looksUniform(NativeBuffer[] shares, int count, ShareFunction f) {
    LongBuffer one = shares[0].longs();
    LongBuffer two = shares[1].longs();
    // Of a value in more bits the low ones are those of the shares that were given.
    int fresh = f.kind() == ShareFunction.Kind.VALUE && f.dropped() == 0 ? f.bits() : 0;
    for (int bit = fresh; bit < f.wideBits(); bit++) {
      int ones = 0;
      int changes = 0;
      for (int i = 0; i < count; i++) {
        ones += (int) (one.get(i) >>> bit & 1);
        changes += (int) ((one.get(i) ^ two.get(i)) >>> bit & 1);
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
    ShareFunction relu = ShareFunction.relu(8, 14, 22);
    int instances = 5000;
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.own(RandomBits.longs(new Random(5), instances, 22));
      NativeBuffer b = scope.own(RandomBits.longs(new Random(6), instances, 22));
      NativeBuffer own = scope.allocateLongs(instances);
      NativeBuffer other = scope.allocateLongs(instances);
      var results =
          TwoParties.run(
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (GarblerCorrelations garbler =
                    KernelsOfTests.garbler(
                        wire, new DeterministicRandom(7), KernelForms.fastest(), OtTrees.DEFAULT)) {
                  garble(garbler, relu, instances, a, own);
                }
                return wire.hex();
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (EvaluatorCorrelations evaluator =
                    KernelsOfTests.evaluator(
                        wire, new DeterministicRandom(8), KernelForms.fastest(), OtTrees.DEFAULT)) {
                  evaluate(evaluator, relu, instances, b, other);
                }
                return wire.hex();
              });
      assertThat(List.of(results.firstValue(), results.secondValue())).isEqualTo(digests());
    }
  }
}
