package io.sotto.benchmarks.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellStoreTest {
  private static final Machine MACHINE =
      new Machine("cpu", List.of("avx2"), 2, 1024, "jvm", "Linux", 0);

  @TempDir private Path directory = Path.of("");

  private static CellResult result(int batch, double rate, double sent) {
    return new CellResult(
        new Cell("zoo/net", "hybrid", batch, "loopback"),
        null,
        new CellResult.Measured(
            "net",
            "none",
            new Spread(rate, 0.98 * rate, 1.02 * rate, 0.01 * rate),
            new Spread(1, 1, 1, 0),
            List.of(1.0),
            0,
            0,
            0,
            sent,
            0,
            3,
            0,
            0,
            0,
            0,
            1,
            null,
            null,
            1,
            0,
            List.of(),
            2,
            5),
        MACHINE,
        "2026-11-21T00:00:00Z");
  }

  @Test
  void finishedCellsAreKeptAndHalfWrittenOnesAreNot() throws IOException {
    CellStore store = new CellStore(directory);
    CellResult done = result(4, 10, 100);
    store.put(done);
    Cell broken = new Cell("zoo/net", "hybrid", 8, "loopback");
    Files.writeString(directory.resolve("cells").resolve(broken.fileName()), "{ \"cell\": {");

    CellStore again = new CellStore(directory);
    assertThat(again.find(done.cell())).contains(done);
    assertThat(again.find(broken)).isEmpty();
    assertThat(again.collect()).containsExactly(done);
    assertThat(CellStore.read(directory.resolve("results.json"))).containsExactly(done);
  }

  @Test
  void onlyChangesBeyondNoiseAreTold() {
    List<CellResult> before = List.of(result(1, 10, 100), result(2, 10, 100), result(4, 10, 100));
    List<CellResult> now = List.of(result(1, 10.1, 100), result(2, 13, 100), result(4, 10, 150));
    List<String> lines = ResultComparison.lines(before, now);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).contains("batch 2").contains("+30.0 %");
    assertThat(lines.get(1)).contains("batch 4").contains("bytes").contains("+50.0 %");
    assertThat(lines.get(2)).contains("2 of 3");
    assertThat(ResultComparison.lines(List.of(), now)).hasSize(1);
  }
}
