package io.sotto.graph;

import java.util.List;

/** min(max(x, low), high), element by element; one of the bounds may be infinite. */
public record Clip(String name, String input, Shape shape, float low, float high)
    implements UnaryNode {

  public Clip {
    if (!(low <= high)
        || low == Float.POSITIVE_INFINITY
        || high == Float.NEGATIVE_INFINITY
        || (Float.isInfinite(low) && Float.isInfinite(high))) {
      throw new IllegalArgumentException(
          "%s: bounds of a clip are numbers, the lower one first, and at least one is finite, unlike %s and %s"
              .formatted(name, low, high));
    }
  }

  public static Clip of(String name, Node input, float low, float high) {
    return new Clip(name, input.name(), input.shape(), low, high);
  }

  @Override
  public Clip withInputs(List<String> names) {
    return new Clip(name, Node.only(this, names), shape, low, high);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return Node.single(this, inputShapes);
  }

  @Override
  public String details() {
    return "%s to %s".formatted(low, high);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
