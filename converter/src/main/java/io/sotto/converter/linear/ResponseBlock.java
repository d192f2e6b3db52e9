package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.NarrowShares;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.PackedMessages;
import io.sotto.natives.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some consecutive outputs of a linear step, which are computed, sent and decrypted before the next
 * ones are computed: so neither side has a whole response in memory, and the client decrypts one
 * block while the server computes the next.
 *
 * @param first number of the first output
 * @param count outputs
 * @param images of the batch
 * @param bits k, to which both parts are rounded
 */
record ResponseBlock(RingParameters ring, int first, int count, int images, int bits) {
  /** Coefficients of a block's polynomials: 16 MB as they are computed. */
  private static final int COEFFICIENTS = 1 << 21;

  static List<ResponseBlock> of(LinearSpec spec, int images) {
    int outputs = spec.output().elements();
    int most = most(spec.ring(), outputs);
    List<ResponseBlock> blocks = new ArrayList<>();
    for (int first = 0; first < outputs; first += most) {
      blocks.add(
          new ResponseBlock(
              spec.ring(), first, Math.min(most, outputs - first), images, spec.responseBits()));
    }
    return blocks;
  }

  /** The most outputs that one block has. */
  static int most(RingParameters ring, int outputs) {
    return Math.min(outputs, Math.max(1, COEFFICIENTS / ring.degree()));
  }

  /** The first parts, only the coefficients that belong to an image. */
  PackedMessages c0() {
    return new PackedMessages(MessageKinds.RESPONSE_C0, bits, Math.multiplyExact(count, images));
  }

  /** The second parts, whole. */
  PackedMessages c1() {
    return new PackedMessages(
        MessageKinds.RESPONSE_C1, bits, Math.multiplyExact(count, ring.degree()));
  }

  long wireBytes() {
    return c0().wireBytes() + c1().wireBytes();
  }

  /** What the shares of all outputs have of these. */
  NativeBuffer of(NarrowShares shares) {
    long row = (long) images * Long.BYTES;
    return shares.values().slice(first * row, count * row);
  }
}
