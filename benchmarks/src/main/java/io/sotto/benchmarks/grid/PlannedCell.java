package io.sotto.benchmarks.grid;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A cell with everything that it takes. */
record PlannedCell(SampleNetwork network, BenchSystem system, int batch, NetworkSetting setting) {
  Cell cell() {
    return new Cell(network.name(), system.id(), batch, setting.id());
  }

  /** The model's form that the system takes, null if there is none. */
  @Nullable Path model() {
    return network.modelFor(system);
  }
}
