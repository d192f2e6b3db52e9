package io.sotto.converter.linear;

import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.SecretKey;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client encrypts its share of x afresh, and turns the {@link ReRandomisedResponse} into its
 * share of the result.
 *
 * <p><b>Security.</b> The client receives a response that is computationally uniform.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record LinearClient(LinearSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    int images = inputs.get(0).images();
    SecretKey key = party.of(spec.keys());
    spec.upload(images)
        .send(
            key,
            (first, into) -> encode(inputs, images, first, into),
            party.random(),
            party.channel());
    return ReRandomisedResponse.receive(spec, images, party.channel(), key, scope);
  }

  /** The messages from number `first` on, of inputs that are one after the other. */
  private void encode(List<Shares> inputs, int images, int first, CoefficientPolys into) {
    int at = 0;
    for (Shares own : inputs) {
      int elements = own.format().elements();
      int from = Math.max(first, at);
      int to = Math.min(first + into.count(), at + elements);
      if (from < to) {
        long row = (long) images * Long.BYTES;
        into.encodeRows(
            from - first,
            own.values().slice((from - at) * row, (to - from) * row),
            to - from,
            images,
            spec.wideBits());
      }
      at += elements;
    }
  }
}
