package io.sotto.server.compile.operations;

import io.sotto.converter.reveal.RevealSpec.Activation;
import io.sotto.graph.Shape;
import java.util.List;

/**
 * A model after lowering.
 *
 * @param all each operation after those whose values it takes
 * @param outputs what is revealed
 */
public record Operations(List<Op> all, List<Output> outputs) {
  /** A value that is revealed. */
  public record Output(String name, int value, Shape shape, Activation activation) {}

  public Operations {
    all = List.copyOf(all);
    outputs = List.copyOf(outputs);
  }

  /** How many values there are. */
  public int count() {
    return all.size();
  }

  /** The operation whose result a value is. */
  public Op of(int value) {
    return all.get(value);
  }
}
