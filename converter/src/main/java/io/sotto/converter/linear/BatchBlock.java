package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.natives.NativeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some consecutive outputs of a linear step in the {@link BatchLayout}, a polynomial each.
 *
 * @param first number of the first output
 * @param count outputs
 * @param images of the batch
 */
record BatchBlock(RingParameters ring, int first, int count, int images, int bits)
    implements ResponseBlock {
  /** Coefficients of a block's polynomials: 16 MB as they are computed. */
  private static final int COEFFICIENTS = 1 << 21;

  static List<BatchBlock> of(RingParameters ring, int outputs, int bits, int images) {
    int most = most(ring, outputs);
    List<BatchBlock> blocks = new ArrayList<>();
    for (int first = 0; first < outputs; first += most) {
      blocks.add(new BatchBlock(ring, first, Math.min(most, outputs - first), images, bits));
    }
    return blocks;
  }

  /** The most outputs that one block has. */
  static int most(RingParameters ring, int outputs) {
    return Math.min(outputs, Math.max(1, COEFFICIENTS / ring.degree()));
  }

  @Override
  public int polynomials() {
    return count;
  }

  @Override
  public CiphertextMap.Part part() {
    return new CiphertextMap.Part(0, 1, first, count);
  }

  @Override
  public void addBiases(Accumulated results, LinearWeights weights, int wideBits) {
    long[] biases = new long[count];
    Arrays.setAll(biases, i -> weights.bias(first + i));
    results.addBiases(biases, images, wideBits);
  }

  @Override
  public void convert(NativeBuffer polynomials, HalfCellShares shares, Conversion conversion) {
    long row = (long) images * Long.BYTES;
    for (int i = 0; i < count; i++) {
      conversion.convert(
          polynomials.slice((long) i * ring.degree() * Long.BYTES, row),
          shares.values().slice((first + i) * row, row));
    }
  }
}
