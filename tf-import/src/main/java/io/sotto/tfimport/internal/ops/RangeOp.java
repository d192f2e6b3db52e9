package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.LongStream;

/** A row of numbers. */
final class RangeOp implements OpImporter {
  private static final int LARGEST = 1 << 20;

  @Override
  public Set<String> ops() {
    return Set.of("Range");
  }

  @Override
  public Value importNode(OpNode node) {
    int start = node.knownInteger(0, "start");
    int limit = node.knownInteger(1, "limit");
    int delta = node.knownInteger(2, "delta");
    long span = (long) limit - start;
    if (delta == 0 || Math.abs(span / delta) > LARGEST) {
      throw new UnsupportedNodeException(
          "it counts from %d to %d by %d".formatted(start, limit, delta));
    }
    long[] values =
        LongStream.iterate(start, i -> delta > 0 ? i < limit : i > limit, i -> i + delta).toArray();
    return Value.Integers.of(new int[] {values.length}, values);
  }
}
