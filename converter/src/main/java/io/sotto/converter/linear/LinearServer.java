package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.PublicKey;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.MadeAhead;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server adds its own share of x to the client's ciphertexts, multiplies by the weights, adds
 * the bias, and answers with a {@link ReRandomisedResponse}; what it keeps of the ciphertexts is
 * its share of the result.
 *
 * <p><b>Security.</b> The server receives fresh ciphertexts under the client's key, which say
 * nothing as long as ring-LWE is hard with the parameters of the ring.
 *
 * <p><b>Exact.</b> The constructor refuses weights with which noise might reach a result: the
 * client knows a part of it.
 *
 * <p><b>Threading.</b> As {@link ServerStep}; products of weights for the next block are computed
 * by other threads, which draw no randomness and send nothing.
 *
 * <p><b>Failure.</b> As {@link ServerStep}.
 */
public record LinearServer(LinearSpec spec, LinearWeights weights) implements ServerStep {
  public LinearServer {
    if (weights.map().inputs() != spec.inputElements()
        || weights.map().outputs() != spec.output().elements()) {
      throw new IllegalArgumentException(
          "weights for %d -> %d elements given for a step of %d -> %d"
              .formatted(
                  weights.map().inputs(),
                  weights.map().outputs(),
                  spec.inputElements(),
                  spec.output().elements()));
    }
    spec.arrangements().forEach(arrangement -> weights.requireIn(arrangement.layout()));
    NoiseBound noise =
        new NoiseBound(
            spec.ring(),
            spec.wideBits(),
            weights.maxL1Norm(),
            weights.maxL2Norm(),
            spec.responseBits());
    if (!noise.exact()) {
      throw new IllegalArgumentException(
          "noise of %.3f half cells; a step is exact below %.1f, with a larger ring or k"
              .formatted(noise.halfCells(), NoiseBound.LIMIT));
    }
  }

  /** With weights of a block that are transformed for it alone. */
  @Override
  public long memoryBytes(int images) {
    return spec.serverBytes(images) + spec.weightBytesOfBlock(images);
  }

  @Override
  public long resultsBesideNoise() {
    return spec.output().elements();
  }

  @Override
  public Twin twin() {
    return new LinearTwin(spec, weights);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    PublicKey key = party.of(spec.keys());
    int images = inputs.get(0).images();
    Layout layout = spec.arranged(images);
    try (Scope step = new Scope()) {
      InputBlock block = step.own(spec.upload(images).receive(key.ring(), party.channel()));
      layout.rows(
          layout.arranged(inputs, step),
          0,
          block.count(),
          (first, own, rows) -> block.addShares(first, own, rows, spec.wideBits()));
      CiphertextMap.Results products = weights.map(layout).on(block, step);
      HalfCellShares shares = spec.output().allocate(images, scope);
      List<? extends ResponseBlock> parts = spec.response(images);
      MadeAhead<Accumulated> results =
          step.own(new MadeAhead<>(parts.size(), i -> apply(products, parts.get(i))));
      for (ResponseBlock part : parts) {
        try (Scope response = new Scope()) {
          Accumulated result = response.own(results.next());
          ReRandomisedResponse.make(part, result, key, party.random(), shares, response)
              .send(party.channel());
        }
      }
      return shares;
    }
  }

  private Accumulated apply(CiphertextMap.Results products, ResponseBlock part) {
    Accumulated results = products.of(part.part());
    part.addBiases(results, weights, spec.wideBits());
    return results;
  }

  @Override
  public void close() {
    weights.close();
  }
}
