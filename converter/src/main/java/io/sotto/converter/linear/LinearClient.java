package io.sotto.converter.linear;

import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.SeededUpload;
import io.sotto.converter.shares.NarrowShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client encrypts its share of x afresh, and decrypts the {@link MaskedResponse} to its share
 * of y.
 *
 * <p><b>Security.</b> The client receives a response that is computationally uniform.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record LinearClient(LinearSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    int images = inputs.get(0).images();
    SecretKey key = party.secretKey(spec.ring());
    try (CoefficientPolys message = CoefficientPolys.allocate(key.ring(), spec.inputElements())) {
      int first = 0;
      for (Shares own : inputs) {
        message.encodeRows(first, own.values(), own.format().elements(), images, spec.wideBits());
        first += own.format().elements();
      }
      try (SeededUpload upload = SeededUpload.encrypt(key, message, party.random())) {
        spec.upload().send(upload, party.channel());
      }
    }
    try (Scope step = new Scope()) {
      NarrowShares share =
          MaskedResponse.receive(spec, images, party.channel(), step).clientShares(key, scope);
      return share;
    }
  }
}
