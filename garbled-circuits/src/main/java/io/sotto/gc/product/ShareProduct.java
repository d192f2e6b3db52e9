package io.sotto.gc.product;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.PackKernel;

/**
 * Shares of f g modulo 2^L of a number f that the garbler knows and a number g that the evaluator
 * knows, after Gilboa (Two party RSA key generation, 1999, section 4.1) with correlated transfers:
 * {@code f g = sum over i of 2^i (f g_i)} for the bits g_i of g, and each f g_i is one of the
 * {@link io.sotto.gc.internal.ProductKernel products} of a bit with a number, modulo 2^(L-i), with
 * g_i as choice.
 *
 * <p><b>Security.</b> The transfers hide g from the garbler. The evaluator receives corrections,
 * each with a hash of a label that it doesn't have and under an id of its own.
 *
 * @param bits L
 */
public record ShareProduct(int bits) {
  /** Garbler to evaluator, a chunk: for each bit of g, lowest first, the corrections, packed. */
  static final MessageKind BIT_PRODUCTS = new MessageKind(23, "bit products");

  /** Instances of a chunk, whole blocks. AGREEMENT. */
  private static final int CHUNK = 8 * HashBlocks.LARGEST;

  private static final int MAX_BITS = 62;

  public ShareProduct {
    if (bits < 1 || bits > MAX_BITS) {
      throw new IllegalArgumentException(
          "a product of " + bits + " bits; allowed are 1 to " + MAX_BITS);
    }
  }

  static ChunkedInstances chunks(int instances) {
    return new ChunkedInstances(instances, CHUNK);
  }

  /** Transfers of a chunk. */
  int transfers(int size) {
    return Math.multiplyExact(bits, LabelKernel.lanes(size));
  }

  /** Bytes of a chunk's corrections. */
  int messageBytes(int size) {
    long bytes = 0;
    for (int bit = 0; bit < bits; bit++) {
      bytes += PackKernel.packedBytes(size, bits - bit);
    }
    return Math.toIntExact(bytes);
  }

  /** Requests under way. */
  int window(ChunkedInstances chunks, OtTrees trees) {
    long request = trees.requestBytes(transfers(chunks.largest()));
    return chunks.window(Channel.HEADER_BYTES + request);
  }

  /** What the evaluator sends, receives and waits for, exactly. */
  public Traffic evaluatorTraffic(int instances, OtTrees trees) {
    long sent = 0;
    long received = 0;
    ChunkedInstances chunks = chunks(instances);
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      int size = chunks.size(chunk);
      sent += Channel.HEADER_BYTES + trees.requestBytes(transfers(size));
      received += Channel.HEADER_BYTES + messageBytes(size);
    }
    return new Traffic(sent, received, chunks.rounds(window(chunks, trees)));
  }
}
