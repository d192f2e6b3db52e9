package io.sotto.gc.garble;

import io.sotto.gc.channel.Traffic;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import java.util.List;

/** With lookups for the sign. */
class LookupReluTest extends ReluTests {
  @Override
  void garble(
      Garbler garbler, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results) {
    garbler.relu(new LookupRelu(relu), count, shares, results);
  }

  @Override
  void evaluate(
      Evaluator evaluator, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results) {
    evaluator.relu(new LookupRelu(relu), count, shares, results);
  }

  @Override
  Traffic traffic(ShareRelu relu, int count, OtTrees trees) {
    return new LookupRelu(relu).evaluatorTraffic(count, trees);
  }

  @Override
  List<String> digests() {
    return List.of("6e5eb4708632448a4a10f8d3f8d077db", "f51f3cf8e8fab18595163d4b3c10f2d4");
  }
}
