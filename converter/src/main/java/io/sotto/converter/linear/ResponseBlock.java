package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.PackedMessages;
import io.sotto.natives.NativeBuffer;

/**
 * A part of a linear step's results. The server computes a block while it sends the one before and
 * the client decrypts that: so neither side has a whole response in memory.
 */
sealed interface ResponseBlock permits BatchBlock, TileBlock {
  RingParameters ring();

  /** Ciphertexts of results. */
  int polynomials();

  /** Which results of the layout's map the block has. */
  CiphertextMap.Part part();

  /** k, to which the response is rounded. */
  int bits();

  /** How all coefficients of the polynomials cross the channel. */
  default PackedMessages messages() {
    return new PackedMessages(
        MessageKinds.RESPONSE, bits(), Math.multiplyExact(polynomials(), ring().degree()));
  }

  default long wireBytes() {
    return messages().wireBytes();
  }

  /** Adds the biases, and half a cell, to those coefficients of the results that are elements. */
  void addBiases(Accumulated results, LinearWeights weights, int wideBits);

  /** Makes shares of coefficients, number by number. */
  @FunctionalInterface
  interface Conversion {
    void convert(NativeBuffer coefficients, NativeBuffer shares);
  }

  /** Makes shares of those coefficients of the block's polynomials that are results. */
  void convert(NativeBuffer polynomials, HalfCellShares shares, Conversion conversion);
}
