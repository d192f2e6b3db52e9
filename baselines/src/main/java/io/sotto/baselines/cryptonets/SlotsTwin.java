package io.sotto.baselines.cryptonets;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.List;

/**
 * The network in doubles, with the weights as they were rounded to integers; the outputs are
 * rounded to their format. The protocol's differ by the ciphertexts' noise.
 */
record SlotsTwin(SlotsSpec spec, SlotsNetwork network) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor x = inputs.get(0);
    int images = x.images();
    double[] values = new double[x.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = x.values()[i] * x.format().unit();
    }
    for (SlotsNetwork.Layer layer : network.layers()) {
      values = layer.apply(values, images);
    }
    FixedTensor y = new FixedTensor(spec.output(), images);
    for (int i = 0; i < values.length; i++) {
      long value = Math.round(Math.scalb(values[i], spec.output().fraction()));
      y.values()[i] = wraps.fit("slots", spec.output(), value);
    }
    return y;
  }
}
