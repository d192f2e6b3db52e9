package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.NttPolys;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.Arrays;

/**
 * A linear step's products with its weights, biases added, a block at a time.
 *
 * <p><b>Security.</b> As {@link Accumulated}: never leaves the server.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> None of its own.
 */
interface LinearProducts {
  Accumulated of(ResponseBlock part);

  /** Of an upload, which holds both parties' shares. */
  static LinearProducts of(
      Layout layout, LinearSpec spec, LinearWeights weights, InputBlock upload, Scope scope) {
    if (layout instanceof TileLayout tiles) {
      NttPolys c0 = scope.own(upload.c0Ntt());
      return part -> ofTiles(tiles, (TileBlock) part, spec, weights, c0, upload.c1());
    }
    return part -> ofBatch((BatchBlock) part, spec, weights, upload);
  }

  private static Accumulated ofBatch(
      BatchBlock part, LinearSpec spec, LinearWeights weights, InputBlock upload) {
    Accumulated result = weights.map().apply(upload, part.first(), part.count());
    long[] biases = new long[part.count()];
    Arrays.setAll(biases, i -> weights.bias(part.first() + i));
    result.addBiases(biases, part.images(), spec.wideBits());
    return result;
  }

  private static Accumulated ofTiles(
      TileLayout layout,
      TileBlock part,
      LinearSpec spec,
      LinearWeights weights,
      NttPolys c0,
      NttPolys c1) {
    Accumulated result = weights.polynomials(layout).apply(c0, c1, part.first(), part.count());
    long[] biases = Arrays.stream(part.elements()).mapToLong(weights::bias).toArray();
    try (Scope scope = new Scope()) {
      NativeBuffer places = part.places(scope);
      for (int image = 0; image < part.images() && biases.length > 0; image++) {
        result.addBiases(biases, places, part.offset(image), spec.wideBits());
      }
    }
    return result;
  }
}
