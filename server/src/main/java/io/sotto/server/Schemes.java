package io.sotto.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The schemes that a program offers to those who write its settings. */
public record Schemes(List<Scheme> all) {
  /** Sotto's own alone. */
  public static final Schemes STOCK = new Schemes(List.of(Scheme.HYBRID));

  public Schemes {
    all = List.copyOf(all);
  }

  /** These and others. */
  public Schemes with(List<? extends Scheme> others) {
    List<Scheme> more = new ArrayList<>(all);
    more.addAll(others);
    return new Schemes(more);
  }

  /**
   * The scheme that settings call so.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  public Scheme named(String name) {
    return all.stream()
        .filter(scheme -> scheme.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "scheme is %s; this program has %s".formatted(name, names())));
  }

  private String names() {
    return all.stream().map(Scheme::name).collect(Collectors.joining(", "));
  }
}
