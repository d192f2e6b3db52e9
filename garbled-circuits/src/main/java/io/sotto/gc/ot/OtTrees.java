package io.sotto.gc.ot;

import io.sotto.gc.internal.LabelKernel;
import java.util.List;

/**
 * The trees of SoftSpoken OT: each stands for so many of the 128 columns of the extension's matrix,
 * and has 2^bits leaves. A transfer costs 16 / bits bytes on the wire, and 128 / bits * 2^bits bits
 * of a generator on each side: trees of 4 bits suit fast networks, of 8 slow ones. AGREEMENT.
 *
 * @param bits k of the protocol: 2, 4 or 8
 */
public record OtTrees(int bits) {
  /** What bits may be. */
  public static final List<Integer> ALLOWED = List.of(2, 4, 8);

  /** What is taken if nothing is said. */
  public static final OtTrees DEFAULT = new OtTrees(4);

  public OtTrees {
    if (!ALLOWED.contains(bits)) {
      throw new IllegalArgumentException(
          "OT by trees of %d bits; allowed are %s".formatted(bits, ALLOWED));
    }
  }

  /** How many there are. */
  int count() {
    return LabelKernel.COLUMNS / bits;
  }

  /** Leaves of each. */
  int leaves() {
    return 1 << bits;
  }

  /** Bytes of the leaves of all trees. */
  long leafBytes() {
    return (long) count() * leaves() * LabelKernel.LABEL_BYTES;
  }

  /** Bytes of a request of that many transfers, in whole groups. */
  public int requestBytes(int transfers) {
    return Math.multiplyExact(CorrelatedOts.choiceBytes(transfers), count());
  }
}
