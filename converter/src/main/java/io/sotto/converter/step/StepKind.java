package io.sotto.converter.step;

import java.util.function.Function;

/**
 * A kind of step: the code and name under which plans speak of it, and how its spec is read from
 * the wire.
 */
public record StepKind(int code, String name, Function<SpecReader, StepSpec> reader) {
  public StepKind {
    if (code < 1 || code > 255) {
      throw new IllegalArgumentException("step code " + code + " is not within 1..255");
    }
  }
}
