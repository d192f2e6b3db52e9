package io.sotto.converter.attack;

import java.util.Arrays;

/** Queries of a network in the clear arithmetic of a way to share. */
final class SharedQueries implements Queries {
  /** What of the outputs is revealed. */
  enum Reveal {
    OUTPUTS,
    /** One for the first of the largest outputs, zero for the others. */
    CLASS
  }

  private final SmallNetwork network;
  private final Sharing sharing;
  private final long[] input;
  private final Reveal reveal;

  SharedQueries(SmallNetwork network, Sharing sharing, long[] input, Reveal reveal) {
    this.network = network;
    this.sharing = sharing;
    this.input = input;
    this.reveal = reveal;
  }

  @Override
  public int fractions() {
    return network.units() * sharing.fractionsPerValue();
  }

  @Override
  public int outputs() {
    return SmallNetwork.OUTPUTS;
  }

  @Override
  public Query next() {
    double[] fractions = new double[fractions()];
    int each = sharing.fractionsPerValue();
    double[] outputs =
        network.run(
            input, (result, unit) -> sharing.rescale((long) result, fractions, unit * each));
    long[] revealed = Arrays.stream(outputs).mapToLong(output -> (long) output).toArray();
    return new Query(fractions, reveal == Reveal.CLASS ? oneHot(revealed) : revealed);
  }

  private static long[] oneHot(long[] outputs) {
    long[] hot = new long[outputs.length];
    int largest = 0;
    for (int i = 1; i < outputs.length; i++) {
      largest = outputs[i] > outputs[largest] ? i : largest;
    }
    hot[largest] = 1;
    return hot;
  }
}
