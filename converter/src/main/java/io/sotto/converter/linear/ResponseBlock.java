package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.PackedMessages;
import io.sotto.natives.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some consecutive outputs of a linear step. The server computes a block while it sends the one
 * before and the client decrypts that: so neither side has a whole response in memory.
 *
 * @param first number of the first output
 * @param count outputs
 * @param images of the batch
 * @param bits k, to which the response is rounded
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

  /** How all coefficients of the polynomials cross the channel. */
  PackedMessages messages() {
    return new PackedMessages(
        MessageKinds.RESPONSE, bits, Math.multiplyExact(count, ring.degree()));
  }

  long wireBytes() {
    return messages().wireBytes();
  }

  /** The coefficients that belong to an image, of one of the block's polynomials. */
  NativeBuffer head(NativeBuffer polynomials, int index) {
    return polynomials.slice((long) index * ring.degree() * Long.BYTES, rowBytes());
  }

  /** What the shares of all outputs have of one of these. */
  NativeBuffer row(HalfCellShares shares, int index) {
    return shares.values().slice((first + index) * rowBytes(), rowBytes());
  }

  private long rowBytes() {
    return (long) images * Long.BYTES;
  }
}
