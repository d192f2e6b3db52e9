package io.sotto.baselines.cryptonets;

import io.sotto.baselines.slots.SlotRows;
import io.sotto.baselines.slots.SlotSecretKey;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client encrypts its inputs, one image a slot, and decrypts the outputs.
 *
 * <p><b>Security.</b> The client receives ciphertexts of the outputs under its own key, with the
 * noise that {@link SlotsServer} tells of.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record SlotsClient(SlotsSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares own = inputs.get(0);
    int images = own.images();
    SlotSecretKey key = party.of(spec.keys());
    try (NativeBuffer values = NativeBuffer.allocateLongs(own.count())) {
      var doubles = values.bytes().asDoubleBuffer();
      var words = own.values().longs();
      for (int i = 0; i < own.count(); i++) {
        doubles.put(i, own.format().signed(words.get(i)) * own.format().unit());
      }
      spec.upload()
          .sendUpload(key, values, images, spec.inputScale(), party.channel(), party.random());
    }
    ExactShares outputs = spec.output().allocate(images, scope);
    try (SlotRows results =
            spec.results().receiveResults(key.context(), spec.outputScale(), party.channel());
        NativeBuffer values = NativeBuffer.allocateLongs(outputs.count())) {
      key.decrypt(results, images, values);
      var doubles = values.bytes().asDoubleBuffer();
      var words = outputs.values().longs();
      for (int i = 0; i < outputs.count(); i++) {
        long value = Math.round(Math.scalb(doubles.get(i), spec.output().fraction()));
        words.put(i, value & spec.output().mask());
      }
    }
    return outputs;
  }
}
