package io.sotto.converter.linear;

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
    Layout layout = spec.arranged(images);
    try (Scope step = new Scope()) {
      List<Shares> own = layout.arranged(inputs, step);
      spec.upload(images)
          .send(
              key,
              (first, into) ->
                  layout.rows(
                      own,
                      first,
                      into.count(),
                      (row, numbers, rows) ->
                          into.encodeRows(
                              row, numbers, rows, layout.used(images), spec.wideBits())),
              party.random(),
              party.channel());
    }
    return ReRandomisedResponse.receive(spec, images, party.channel(), key, scope);
  }
}
