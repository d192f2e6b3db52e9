package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.SpecWriter;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * An element a ciphertext, an image a coefficient: right for hundreds of images and more. It tells
 * the client nothing of the map but its sizes.
 *
 * @param inputs elements of all inputs together
 * @param outputs elements of the result
 */
public record BatchLayout(RingParameters ring, int inputs, int outputs) implements Layout {
  static final int CODE = 0;

  private static final int UPLOAD_BYTES = 1 << 22;

  @Override
  public String name() {
    return "batch";
  }

  @Override
  public int uploads(int images) {
    return inputs;
  }

  @Override
  public int used(int images) {
    return images;
  }

  @Override
  public int uploadsAtOnce() {
    return Math.max(1, UPLOAD_BYTES / ring.polynomialBytes());
  }

  @Override
  public List<Shares> arranged(List<Shares> shares, Scope scope) {
    return shares;
  }

  @Override
  public long copied(int count, int elements, int images) {
    return 0;
  }

  @Override
  public void rows(List<Shares> shares, int first, int count, Rows rows) {
    int at = 0;
    for (Shares own : shares) {
      int elements = own.format().elements();
      int from = Math.max(first, at);
      int to = Math.min(first + count, at + elements);
      if (from < to) {
        long row = (long) own.images() * Long.BYTES;
        rows.take(
            from - first, own.values().slice((from - at) * row, (to - from) * row), to - from);
      }
      at += elements;
    }
  }

  @Override
  public List<BatchBlock> response(RingParameters parameters, int bits, int images) {
    return BatchBlock.of(parameters, outputs, bits, images);
  }

  @Override
  public long results(int images) {
    return outputs;
  }

  @Override
  public long resultsAtOnce(RingParameters parameters, int images) {
    return BatchBlock.most(parameters, outputs);
  }

  @Override
  public void requireFor(RingParameters parameters, int inputElements, int outputElements) {
    if (!ring.equals(parameters) || inputs != inputElements || outputs != outputElements) {
      throw new IllegalArgumentException(
          "%s for a step of %d -> %d elements in %s"
              .formatted(this, inputElements, outputElements, parameters));
    }
  }

  @Override
  public long ciphertexts(int images) {
    return (long) inputs + outputs;
  }

  @Override
  public long tableBytes() {
    return 0;
  }

  @Override
  public void write(SpecWriter out) {
    out.number(CODE);
  }
}
