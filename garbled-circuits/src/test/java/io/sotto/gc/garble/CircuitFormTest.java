package io.sotto.gc.garble;

import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.function.ShareFunctionTests;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import java.util.List;

/** With a circuit. */
class CircuitFormTest extends ShareFunctionTests {
  @Override
  protected void garble(
      GarblerCorrelations garbler,
      ShareFunction f,
      int count,
      NativeBuffer shares,
      NativeBuffer results) {
    CircuitGarbler.compute(garbler, new CircuitForm(f), count, shares, results);
  }

  @Override
  protected void evaluate(
      EvaluatorCorrelations evaluator,
      ShareFunction f,
      int count,
      NativeBuffer shares,
      NativeBuffer results) {
    CircuitEvaluator.compute(evaluator, new CircuitForm(f), count, shares, results);
  }

  @Override
  protected Traffic traffic(ShareFunction f, int count, OtTrees trees) {
    return new CircuitForm(f).evaluatorTraffic(count, trees);
  }

  @Override
  protected List<String> digests() {
    return List.of("ca8609286df439e3b8a1d1b5b1cd39a4", "850d1aadb6dec0aa09e9a18d63159058");
  }
}
