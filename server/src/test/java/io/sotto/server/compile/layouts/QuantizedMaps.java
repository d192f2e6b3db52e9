package io.sotto.server.compile.layouts;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import io.sotto.server.compile.formats.QuantizedMap;
import java.util.IdentityHashMap;
import java.util.List;

/** Maps whose weights are integers already. */
final class QuantizedMaps {
  private QuantizedMaps() {}

  static QuantizedMap of(AffineMap map) {
    IdentityHashMap<Matrix, int[]> known = new IdentityHashMap<>();
    List<QuantizedMap.Block> blocks =
        map.blocks().stream()
            .map(
                block ->
                    new QuantizedMap.Block(
                        block.refs(),
                        block.weights().rows(),
                        known.computeIfAbsent(block.weights(), matrix -> matrix.quantize(0))))
            .toList();
    return new QuantizedMap(map.inputs(), blocks, new long[map.outputs()], 0, 0);
  }
}
