package io.sotto.graph;

import java.util.Arrays;

/**
 * A tensor with pads around it.
 *
 * @param inner the first axis from which on nothing is padded: from there on the elements lie
 *     together in both tensors
 */
record FloatPad(Pad node, Shape in, int inner) {
  static FloatPad of(Pad node, Shape in) {
    int inner = in.rank();
    while (inner > 0 && node.before().get(inner - 1) == 0 && node.after().get(inner - 1) == 0) {
      inner--;
    }
    return new FloatPad(node, in, inner);
  }

  float[] apply(float[] values, int images) {
    if (inner == 0) {
      return values;
    }
    int last = inner - 1;
    int block = 1;
    for (int axis = inner; axis < in.rank(); axis++) {
      block *= in.dim(axis);
    }
    int fromRow = in.dim(last) * block;
    int inSize = in.elements();
    int outSize = node.shape().elements();
    float[] out = new float[Math.multiplyExact(images, outSize)];
    if (node.value() != 0) {
      Arrays.fill(out, node.value());
    }
    for (int from = 0; from < values.length; from += fromRow) {
      int row = from % inSize / fromRow;
      int to = from / inSize * outSize + place(row, block);
      System.arraycopy(values, from, out, to, fromRow);
    }
    return out;
  }

  /** Where a row of the last padded axis begins in a padded image. */
  private int place(int row, int block) {
    int last = inner - 1;
    int stride = node.shape().dim(last) * block;
    int to = node.before().get(last) * block;
    for (int axis = last - 1; axis >= 0; axis--) {
      to += (row % in.dim(axis) + node.before().get(axis)) * stride;
      row /= in.dim(axis);
      stride *= node.shape().dim(axis);
    }
    return to;
  }
}
