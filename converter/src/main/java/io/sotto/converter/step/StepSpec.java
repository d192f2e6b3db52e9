package io.sotto.converter.step;

import io.sotto.channel.Traffic;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.gc.ot.OtTrees;
import java.util.List;

/**
 * What both parties know of one step: its kind, sizes and formats, and from them exactly what it
 * costs. Never weights or names.
 *
 * <p><b>Security.</b> Everything in a spec is public to both parties. A spec read from the wire has
 * been validated by its constructor, and what either party allocates for the step follows from it.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Constructors throw {@link IllegalArgumentException} on impossible settings.
 */
public interface StepSpec {
  StepKind kind();

  /** The formats of the shares that the step takes. */
  List<? extends ShareFormat> inputs();

  /** The format of the shares that the step gives. */
  ShareFormat output();

  /**
   * What the client's side sends and receives for a batch of so many images, and its rounds, in a
   * session whose transfers are by such trees. A step that begins by receiving doesn't count the
   * round that it may take after a step that ends by sending: a reveal of what a relu's circuit
   * gave.
   */
  Traffic clientTraffic(int images, OtTrees trees);

  /**
   * Numbers an image that either side keeps while the step runs, besides inputs and output; at
   * most. (Ciphertexts are counted apart.)
   */
  default long workingElements() {
    return inputs().stream().mapToLong(ShareFormat::elements).sum();
  }

  /**
   * Native memory that the client takes while the step runs, besides inputs, output and setups; at
   * most.
   */
  default long clientBytes(int images) {
    return defaultBytes(this, images);
  }

  /** The same of a server; what also depends on weights, a {@link ServerStep} says. */
  default long serverBytes(int images) {
    return defaultBytes(this, images);
  }

  /** Numbers of the step's own, and the bits of shares that go into circuits and come out. */
  private static long defaultBytes(StepSpec step, int images) {
    return 2 * step.workingElements() * images * Long.BYTES;
  }

  /** What either side keeps for the step from its first run to the end of the session; at most. */
  default long sessionBytes() {
    return 0;
  }

  /**
   * What the client computes for an image of a full batch, in the operations of {@link WorkUnits};
   * a comparison for each working element unless the step says otherwise.
   */
  default long work() {
    return Math.multiplyExact(workingElements(), WorkUnits.COMPARISON);
  }

  /** The most images that one run of the step takes. */
  default int maxImages() {
    return Integer.MAX_VALUE;
  }

  /** What the step stands on; transfers unless it says otherwise. */
  default List<Setup<?, ?>> setups() {
    return List.of(new TransferSetup());
  }

  /** How the step's numbers lie in ciphertexts, in a few words; empty if it has none. */
  default String layout(int images) {
    return "";
  }

  /** Puts this spec on the wire such that the kind's reader reads it back. */
  void write(SpecWriter out);

  /** The client's side. (The server's side needs weights; compilation makes it.) */
  ClientStep client();
}
