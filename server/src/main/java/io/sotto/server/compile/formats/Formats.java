package io.sotto.server.compile.formats;

import io.sotto.server.compile.operations.Op;
import java.util.List;
import java.util.Map;

/**
 * Everything that was decided of a model's numbers, and what the user should know about it.
 *
 * @param values the format of each value
 * @param inputs by value
 * @param linear by value
 * @param compared by value: the bits in which a pooling compares
 * @param halfCells the values that stay as linear layers give them
 */
public record Formats(
    List<ValueFormat> values,
    Map<Integer, InputFormat> inputs,
    Map<Integer, LinearFormat> linear,
    Map<Integer, Integer> compared,
    HalfCells halfCells,
    List<String> warnings) {
  /** The format of a value. */
  public ValueFormat of(int value) {
    return values.get(value);
  }

  /** That of a linear layer's result. */
  public LinearFormat linear(int value) {
    LinearFormat format = linear.get(value);
    if (format == null) {
      throw new IllegalStateException("value " + value + " is no linear layer's");
    }
    return format;
  }

  /** Fraction bits of a product before it drops any. */
  public int productFraction(Op.Multiply product) {
    return of(product.left()).fraction() + of(product.right()).fraction();
  }
}
