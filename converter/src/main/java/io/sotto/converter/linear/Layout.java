package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.SpecWriter;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * How elements and images of a linear step lie in the coefficients of its ciphertexts.
 *
 * <p><b>Security.</b> Public. A {@link BatchLayout} tells nothing of the map; a {@link TileLayout}
 * tells which elements lie beside each other, see docs/protocol.md.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Impossible ones are refused when made.
 */
public sealed interface Layout permits BatchLayout, TileLayout {
  /** In a word or two, for people. */
  String name();

  /** Ciphertexts of the upload for so many images. */
  int uploads(int images);

  /** Coefficients of each that travel, from the first on. */
  int used(int images);

  /** Ciphertexts of an upload that one message has at most. */
  int uploadsAtOnce();

  /** Takes numbers of some consecutive ciphertexts: for each a row of the coefficients in use. */
  @FunctionalInterface
  interface Rows {
    /**
     * Takes some rows.
     *
     * @param first ciphertext, counted from the first asked for
     */
    void take(int first, NativeBuffer numbers, int rows);
  }

  /**
   * The inputs as {@link #rows} takes them: as they are, or copied to lie one after the other.
   *
   * @param scope owns the copy
   */
  List<Shares> arranged(List<Shares> inputs, Scope scope);

  /** Numbers that such a copy has, of so many inputs with so many elements together. */
  long copied(int inputs, int elements, int images);

  /** Hands out what the shares of the inputs, one after the other, put into some ciphertexts. */
  void rows(List<Shares> inputs, int first, int count, Rows rows);

  /** The parts in which the results come, in order. */
  List<? extends ResponseBlock> response(RingParameters ring, int bits, int images);

  /** Ciphertexts of all results. */
  long results(int images);

  /** Ciphertexts of results that one part has at most. */
  long resultsAtOnce(RingParameters ring, int images);

  /** Refuses another ring or other numbers of elements than these. */
  void requireFor(RingParameters ring, int inputs, int outputs);

  /** Ciphertexts that the client encrypts and decrypts for so many images. */
  long ciphertexts(int images);

  /** Bytes that tables of places take, once for all sessions of a plan. */
  long tableBytes();

  /** Puts this on the wire. */
  void write(SpecWriter out);
}
