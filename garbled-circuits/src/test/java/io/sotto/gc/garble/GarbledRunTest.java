package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ClearEvaluator;
import io.sotto.gc.circuit.ShareCircuits;
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
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class GarbledRunTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 255, 256, 257, 1500, 5000})
  void agreesWithTheClearAndCostsWhatWasDeclared(int instances) {
    check(ShareCircuits.relu(16, 26), instances, KernelForms::fastest, KernelForms::fastest);
  }

  /** With trees of 2 bits fewer requests fit the channel, with trees of 8 more. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void transfersMayBeByOtherTrees(int bits) {
    Circuit circuit = ShareCircuits.relu(16, 26);
    OtTrees trees = new OtTrees(bits);
    check(circuit, 5000, KernelForms::fastest, KernelForms::fastest, trees);
    check(circuit, 257, PlainLabelKernel::new, KernelForms::fastest, trees);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 257, 600})
  void theKernelsOfTheTwoSidesMayDiffer(int instances) {
    Circuit circuit = ShareCircuits.relu(12, 22);
    check(circuit, instances, PlainLabelKernel::new, PlainLabelKernel::new);
    check(circuit, instances, KernelForms::fastest, PlainLabelKernel::new);
    check(circuit, instances, PlainLabelKernel::new, KernelForms::fastest);
  }

  @Test
  void runsEveryCircuitOnShares() {
    for (Circuit circuit :
        List.of(
            ShareCircuits.identity(16, 26),
            ShareCircuits.max(4, 12, 20),
            ShareCircuits.argMax(10, 16),
            ShareCircuits.argMax(700, 16))) {
      check(circuit, 300, KernelForms::fastest, KernelForms::fastest);
    }
  }

  private static void check(
      Circuit circuit,
      int instances,
      Supplier<LabelKernel> garblerKernel,
      Supplier<LabelKernel> evaluatorKernel) {
    check(circuit, instances, garblerKernel, evaluatorKernel, OtTrees.DEFAULT);
  }

  private static void check(
      Circuit circuit,
      int instances,
      Supplier<LabelKernel> garblerKernel,
      Supplier<LabelKernel> evaluatorKernel,
      OtTrees trees) {
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    try (Scope scope = new Scope()) {
      BitMatrix own = scope.own(RandomBits.matrix(random, circuit.garblerInputs(), instances));
      BitMatrix other = scope.own(RandomBits.matrix(random, circuit.evaluatorInputs(), instances));
      BitMatrix expected = scope.own(ClearEvaluator.evaluate(circuit, own, other));
      var results =
          TwoParties.run(
              channel -> {
                SecureRandom secure = new DeterministicRandom(seed);
                try (GarblerCorrelations garbler =
                    KernelsOfTests.garbler(channel, secure, garblerKernel.get(), trees)) {
                  Garbler.garble(garbler, circuit, instances, own);
                  Garbler.garble(garbler, circuit, instances, own);
                }
                return channel.traffic();
              },
              channel -> {
                SecureRandom secure = new DeterministicRandom(~seed);
                try (EvaluatorCorrelations evaluator =
                    KernelsOfTests.evaluator(channel, secure, evaluatorKernel.get(), trees)) {
                  assertThat(channel.traffic()).isEqualTo(EvaluatorCorrelations.setupTraffic());
                  for (int i = 0; i < 2; i++) {
                    Traffic before = channel.traffic();
                    try (BitMatrix outputs =
                        Evaluator.evaluate(evaluator, circuit, instances, other)) {
                      assertThat(outputs.words().mismatch(expected.words()))
                          .as("seed %d, run %d of %s", seed, i, circuit)
                          .isEqualTo(-1);
                    }
                    assertThat(channel.traffic().minus(before))
                        .isEqualTo(Evaluator.traffic(circuit, instances, trees));
                  }
                }
                return channel.traffic();
              });
      assertThat(results.firstValue().bytesSent()).isEqualTo(results.secondValue().bytesReceived());
      assertThat(results.firstValue().bytesReceived()).isEqualTo(results.secondValue().bytesSent());
    }
  }
}
