package io.sotto.baselines.mp2ml;

import io.sotto.baselines.slots.SlotSecretKey;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client encrypts its share of x, an image a slot, and decrypts the masked result to its share
 * of y.
 *
 * <p><b>Security.</b> The client receives ciphertexts that are within a small statistical distance
 * of what it could make up by itself: see {@link SlotLinearServer}.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record SlotLinearClient(SlotLinearSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares own = inputs.get(0);
    int images = own.images();
    SlotSecretKey key = party.of(spec.keys());
    try (NativeBuffer signed = SignedShares.of(own)) {
      spec.upload()
          .sendShares(key, signed, images, spec.encodingBits(), party.channel(), party.random());
    }
    ExactShares result = spec.output().allocate(images, scope);
    long rowBytes = (long) images * Long.BYTES;
    spec.results()
        .receiveBlocks(
            key.context(),
            spec.outputScale(),
            party.channel(),
            (first, rows) ->
                key.decryptShares(
                    rows,
                    spec.slotBits(),
                    spec.output().bits(),
                    images,
                    result.values().slice(first * rowBytes, rows.elements() * rowBytes)));
    return result;
  }
}
