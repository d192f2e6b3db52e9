package io.sotto.graph;

import java.util.List;

/**
 * x where it is positive, else {@code slope * x}. The slope is a constant that repeats over the
 * tensor as those of {@link Scale} do: one number, or one a channel or an element (PReLU).
 */
public record LeakyRelu(String name, String input, Shape shape, Weights slope)
    implements UnaryNode {

  public static LeakyRelu of(String name, Node input, Weights slope) {
    LeakyRelu node = new LeakyRelu(name, input.name(), input.shape(), slope);
    node.shapeFrom(List.of(input.shape()));
    return node;
  }

  /** One slope an element. */
  public float[] slopes() {
    return Broadcast.expand(slope, shape);
  }

  @Override
  public LeakyRelu withInputs(List<String> names) {
    return new LeakyRelu(name, Node.only(this, names), shape, slope);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    Shape in = Node.single(this, inputShapes);
    if (!Broadcast.fits(slope.shape(), in)) {
      throw new IllegalArgumentException(
          "%s: slopes of %s do not repeat over %s".formatted(name, slope.shape(), in));
    }
    return in;
  }

  @Override
  public List<Weights> constants() {
    return List.of(slope);
  }

  @Override
  public String details() {
    return "slope " + slope.shape();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
