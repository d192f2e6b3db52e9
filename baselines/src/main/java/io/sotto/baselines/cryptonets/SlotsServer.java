package io.sotto.baselines.cryptonets;

import io.sotto.baselines.slots.SlotLayers;
import io.sotto.baselines.slots.SlotRows;
import io.sotto.baselines.slots.SlotServerKeys;
import io.sotto.baselines.slots.SlotWorkers;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server computes the whole network on the client's ciphertexts. A linear layer multiplies
 * residues by integers, since a weight is the same for all images; its results are divided by a
 * prime of the weights' size, squared, and divided by a prime of the numbers' size. Squares, or the
 * next layer's sums of them where these are fewer, are relinearised.
 *
 * <p><b>Security.</b> The server receives ciphertexts and keys, which say nothing as long as
 * ring-LWE is hard with these parameters. The client, who holds the secret key, sees the outputs'
 * ciphertexts. A fresh encryption of zero under its public key makes c1 pseudorandom, so that no
 * weights follow from it. But the noise under the outputs is a function of weights, inputs and the
 * client's own randomness, and is hidden by wider uniform noise only as far as the modulus has
 * room: within a statistical distance of B / 2^(floodBits + 1) a coefficient, B being the bound of
 * the former, a matter of a few bits. Who asks many questions can average that away. Full hiding
 * would take some 40 bits more of modulus; the masked responses of the protocol proper need none.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}; computes on so many threads.
 */
public record SlotsServer(SlotsSpec spec, SlotsNetwork network, int threads) implements ServerStep {
  public SlotsServer {
    List<SlotsNetwork.Layer> layers = network.layers();
    if (layers.get(0).map().inputs() != spec.input().elements()
        || layers.get(layers.size() - 1).map().outputs() != spec.output().elements()) {
      throw new IllegalArgumentException("the network's sizes are not those of the step");
    }
  }

  @Override
  public Twin twin() {
    return new SlotsTwin(spec, network);
  }

  @Override
  public long memoryBytes(int images) {
    return spec.serverBytes(images) + network.memoryBytes(spec.parameters());
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    SlotServerKeys keys = party.of(spec.keys());
    try (SlotWorkers workers = new SlotWorkers(threads);
        SlotRows outputs = compute(party, keys, workers)) {
      new SlotLayers(keys, workers).hide(outputs, network.floodBits(), party.random());
      spec.results().sendResults(outputs, party.channel());
    }
    return spec.output().allocate(inputs.get(0).images(), scope);
  }

  private SlotRows compute(ServerParty party, SlotServerKeys keys, SlotWorkers workers) {
    SlotLayers layers = new SlotLayers(keys, workers);
    SlotRows rows =
        spec.upload().receiveUpload(keys.context(), spec.inputScale(), party.channel(), workers);
    try {
      for (int i = 0; i < network.layers().size(); i++) {
        SlotsNetwork.Layer layer = network.layers().get(i);
        rows = replace(rows, layers.linear(layer.map(), layer.weightScale(), rows.expendable()));
        if (rows.parts() > 2) {
          rows = replace(rows, layers.relinearise(rows.expendable()));
        }
        if (i == network.layers().size() - 1) {
          layers.add(layer.bias(), rows);
        } else if (layer.squared()) {
          rows = replace(rows, layers.square(layer.bias(), rows.expendable()));
          if (!network.relinearisesSums(i)) {
            rows = replace(rows, layers.relinearise(rows.expendable()));
          }
        } else {
          rows = replace(rows, layers.rescale(layer.bias(), rows.expendable()));
        }
      }
      return rows;
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  private static SlotRows replace(SlotRows old, SlotRows next) {
    old.close();
    return next;
  }

  @Override
  public void close() {
    network.close();
  }
}
