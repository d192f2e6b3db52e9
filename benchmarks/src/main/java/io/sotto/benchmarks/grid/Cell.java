package io.sotto.benchmarks.grid;

import java.util.Comparator;

/**
 * What is measured.
 *
 * @param network name of a {@link SampleNetwork}
 * @param system name of a {@link BenchSystem}
 * @param batch images
 * @param setting name of a {@link NetworkSetting}
 */
public record Cell(String network, String system, int batch, String setting)
    implements Comparable<Cell> {
  private static final Comparator<Cell> ORDER =
      Comparator.comparing(Cell::setting)
          .thenComparing(Cell::network)
          .thenComparing(Cell::system)
          .thenComparingInt(Cell::batch);

  /** A name for a file. */
  String fileName() {
    return "%s.%s.%s.%05d.json".formatted(setting, network.replace('/', '-'), system, batch);
  }

  @Override
  public int compareTo(Cell other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "%s, %s, batch %d, %s".formatted(network, system, batch, setting);
  }
}
