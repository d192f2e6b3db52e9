package io.sotto.server.compile.operations;

import io.sotto.converter.reveal.RevealSpec.Activation;
import io.sotto.graph.Shape;
import java.util.List;

/** A model after lowering: operations, each after those whose values it takes, and its outputs. */
public record Flow(List<Op> ops, List<Output> outputs) {
  /** A value that is revealed. */
  public record Output(String name, int value, Shape shape, Activation activation) {}

  public Flow {
    ops = List.copyOf(ops);
    outputs = List.copyOf(outputs);
  }

  /** For each value whether something but an output takes it. */
  boolean isTaken(int value) {
    return ops.stream().anyMatch(op -> op.inputs().contains(value));
  }
}
