package io.sotto.benchmarks.grid;

import com.fasterxml.jackson.core.type.TypeReference;
import io.sotto.data.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory with a file for each finished cell. A file is there completely or not at all; what
 * can't be read is measured again.
 */
public final class CellStore {
  private final Path cells;
  private final Path all;

  public CellStore(Path directory) throws IOException {
    this.cells = Files.createDirectories(directory.resolve("cells"));
    this.all = directory.resolve("results.json");
  }

  /** The result of a cell that is finished. */
  public Optional<CellResult> find(Cell cell) {
    Path file = cells.resolve(cell.fileName());
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      CellResult result = CellResult.json().readValue(file.toFile(), CellResult.class);
      return result.cell().equals(cell) ? Optional.of(result) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  public void put(CellResult result) throws IOException {
    byte[] bytes = CellResult.json().writeValueAsBytes(result);
    AtomicFile.write(cells.resolve(result.cell().fileName()), out -> out.write(bytes));
  }

  /** All finished cells in order; also written into one file. */
  public List<CellResult> collect() throws IOException {
    List<CellResult> results = new ArrayList<>();
    try (Stream<Path> files = Files.list(cells)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        try {
          results.add(CellResult.json().readValue(file.toFile(), CellResult.class));
        } catch (com.fasterxml.jackson.core.JacksonException e) {
          // Not finished; it will be measured again.
        }
      }
    }
    results.sort(Comparator.comparing(CellResult::cell));
    byte[] bytes = CellResult.json().writeValueAsBytes(results);
    AtomicFile.write(all, out -> out.write(bytes));
    return results;
  }

  /** What {@link #collect} wrote. */
  public static List<CellResult> read(Path file) throws IOException {
    return CellResult.json().readValue(file.toFile(), new TypeReference<>() {});
  }
}
