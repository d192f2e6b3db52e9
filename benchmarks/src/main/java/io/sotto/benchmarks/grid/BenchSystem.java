package io.sotto.benchmarks.grid;

import java.util.Arrays;
import java.util.List;

/** A way to compute a network under encryption. */
public enum BenchSystem {
  /** Sotto's own. */
  HYBRID("hybrid", "Sotto", ""),
  /** The same with all carries and signs in garbled circuits, the form of the papers. */
  CIRCUIT("circuit", "Sotto, garbled circuits", "--relu=circuit"),
  /** Slots and plain garbled circuits. */
  MP2ML("mp2ml", "MP2ML-style", "--scheme=mp2ml"),
  /** Everything on ciphertexts, with squares. */
  CRYPTONETS("cryptonets", "CryptoNets-style", "--scheme=cryptonets");

  private final String id;
  private final String title;
  private final String serverArgument;

  BenchSystem(String id, String title, String serverArgument) {
    this.id = id;
    this.title = title;
    this.serverArgument = serverArgument;
  }

  public String id() {
    return id;
  }

  /** For people. */
  public String title() {
    return title;
  }

  List<String> serverArguments() {
    return serverArgument.isEmpty() ? List.of() : List.of(serverArgument);
  }

  /** Whether it is Sotto in one of its forms, no baseline. */
  boolean isSotto() {
    return this == HYBRID || this == CIRCUIT;
  }

  /** Whether it wants networks of squares. */
  boolean wantsSquares() {
    return this == CRYPTONETS;
  }

  /** The system called so. */
  public static BenchSystem of(String id) {
    return Arrays.stream(values())
        .filter(system -> system.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no system %s; there are %s"
                        .formatted(id, Arrays.stream(values()).map(BenchSystem::id).toList())));
  }
}
