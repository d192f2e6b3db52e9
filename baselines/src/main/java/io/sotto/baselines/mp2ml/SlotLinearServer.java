package io.sotto.baselines.mp2ml;

import io.sotto.baselines.slots.SlotLayers;
import io.sotto.baselines.slots.SlotRows;
import io.sotto.baselines.slots.SlotServerKeys;
import io.sotto.baselines.slots.SlotShareBound;
import io.sotto.baselines.slots.SlotShares;
import io.sotto.baselines.slots.SlotWorkers;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server adds its share of x to the client's ciphertexts, multiplies by the weights, adds the
 * bias, re-randomises, and adds a mask, whose slots, negated and rounded, are its share of y.
 *
 * <p><b>Security.</b> The server receives fresh ciphertexts, which say nothing as long as ring-LWE
 * is hard with these parameters. The client decrypts message and noise plus the mask, a polynomial
 * with uniform integer coefficients: as an exact sum of integers within a statistical distance of
 * 2^-40 a response from the mask alone ({@link SlotShareBound}). Masks modulo the ciphertexts'
 * modulus, which hide perfectly, can't be used: slots don't wrap around with the coefficients.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}; computes on so many threads.
 *
 * @param weights integers scaled by 2^weightBits; the bias by the parameters' scale, too
 * @param bothShare false for the first step of a plan, where the client has the whole input
 */
public record SlotLinearServer(
    SlotLinearSpec spec, LinearWeights weights, boolean bothShare, int threads)
    implements ServerStep {
  public SlotLinearServer {
    if (weights.map().inputs() != spec.input().elements()
        || weights.map().outputs() != spec.output().elements()) {
      throw new IllegalArgumentException(
          "weights for %d -> %d elements given for a step of %d -> %d"
              .formatted(
                  weights.map().inputs(),
                  weights.map().outputs(),
                  spec.input().elements(),
                  spec.output().elements()));
    }
    SlotShareBound bound = bound(spec, weights.map().maxL2Norm());
    if (bound.level().isEmpty() || bound.level().getAsInt() > spec.level()) {
      throw new IllegalArgumentException(
          "the modulus at level %d has no room for masks that hide the results of %s"
              .formatted(spec.level(), spec.output()));
    }
  }

  /** What holds for the step with weights of this norm. */
  public static SlotShareBound bound(SlotLinearSpec spec, double l2Norm) {
    return new SlotShareBound(
        spec.parameters(), l2Norm, spec.slotBits(), spec.output().bits(), spec.output().elements());
  }

  @Override
  public Twin twin() {
    return new SlotLinearTwin(spec, weights);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    Shares own = inputs.get(0);
    SlotServerKeys keys = party.of(spec.keys());
    ExactShares result = spec.output().allocate(own.images(), scope);
    try (SlotWorkers workers = new SlotWorkers(threads)) {
      SlotShares shares = new SlotShares(keys, workers);
      try (SlotRows rows = products(party, own, new SlotLayers(keys, workers), shares, workers)) {
        int maskBits = bound(spec, weights.map().maxL2Norm()).maskBits().orElseThrow();
        shares.mask(
            rows,
            maskBits,
            spec.slotBits(),
            spec.output().bits(),
            own.images(),
            result.values(),
            party.random());
        spec.results().sendResults(rows, party.channel());
      }
    }
    return result;
  }

  private SlotRows products(
      ServerParty party, Shares own, SlotLayers layers, SlotShares shares, SlotWorkers workers) {
    try (SlotRows inputs =
        spec.upload()
            .receiveUpload(
                party.of(spec.keys()).context(), spec.inputScale(), party.channel(), workers)) {
      if (bothShare) {
        try (NativeBuffer signed = SignedShares.of(own)) {
          shares.add(signed, own.images(), spec.encodingBits(), inputs, party.random());
        }
      }
      SlotRows rows =
          layers.linear(weights.map(), Math.scalb(1.0, spec.weightBits()), inputs.expendable());
      try {
        double[] bias = new double[spec.output().elements()];
        for (int i = 0; i < bias.length; i++) {
          bias[i] = weights.bias(i) / spec.outputScale();
        }
        layers.add(bias, rows);
        return rows;
      } catch (RuntimeException | Error e) {
        rows.close();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
