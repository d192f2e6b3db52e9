package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;

/**
 * The work of the relu with its sign in a circuit on a chunk of instances, whose mathematics {@code
 * io.sotto.gc.garble.ShareRelu} gives: garbling or evaluating the sign's circuit and the products
 * of shared bits. All forms compute the same bytes.
 *
 * <p>A chunk is cut into blocks of instances that share keys. A block takes the next 2 ids for each
 * AND gate and 2 for the hashes of the sign's and the top bit's label, the labels of the garbler's
 * inputs from a generator that goes on, and one reverse id. Transferred labels are those of each
 * block, wire by wire, lane by lane. Numbers are 64-bit words, one for each instance.
 *
 * <p><b>Security.</b> As {@link LabelKernel}: constant time in shares, labels and keys.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Buffers that are too short are an {@link IllegalArgumentException}.
 */
public interface ReluKernel {
  /** Ids of hashes that a block takes besides those of the gates. */
  int HASH_IDS = 2;

  /**
   * A relu of narrow shares to wide ones.
   *
   * @param program the sign's circuit
   * @param bits m, of the narrow shares
   * @param dropped t, low bits of them that the circuit doesn't get
   * @param wideBits L
   * @param block instances that share keys
   */
  record Shape(GateProgram program, int bits, int dropped, int wideBits, int block) {
    int compared() {
      return bits - dropped;
    }

    int extraBits() {
      return wideBits - bits;
    }

    int ands() {
      return program.circuit().andCount();
    }
  }

  /** The session's public keys: of hashes, and of the labels of the garbler's inputs. */
  record Keys(NativeBuffer session, NativeBuffer label) {}

  /** The corrections that the garbler sends: of p a', p s, and t z. */
  record Corrections(NativeBuffer product, NativeBuffer sign, NativeBuffer carry) {}

  /**
   * Garbles, and computes the products whose factors the garbler knows.
   *
   * @param delta the offset
   * @param shares a
   * @param transfers zero labels of the evaluator's inputs
   * @param tables receives two rows for each AND of each block
   * @param choices receives pi, a bit for each lane
   * @param results receives this side's share of p a' + 2^m t p s
   */
  void garble(
      Shape shape,
      int size,
      Keys keys,
      NativeBuffer delta,
      long firstLabel,
      long firstId,
      NativeBuffer shares,
      NativeBuffer transfers,
      NativeBuffer tables,
      NativeBuffer choices,
      NativeBuffer results,
      Corrections corrections);

  /**
   * Evaluates, and computes the evaluator's share of all products.
   *
   * @param reverseDelta the offset of the reverse transfers
   * @param shares b
   * @param transfers active labels of this side's inputs
   * @param reverseLabels zero labels of the reverse transfers
   * @param answers receives the corrections of p b'
   */
  void evaluate(
      Shape shape,
      int size,
      Keys keys,
      NativeBuffer reverseDelta,
      long firstLabel,
      long firstId,
      long firstReverseId,
      NativeBuffer shares,
      NativeBuffer transfers,
      NativeBuffer reverseLabels,
      NativeBuffer tables,
      Corrections corrections,
      NativeBuffer results,
      NativeBuffer answers);
}
