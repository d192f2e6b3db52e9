package io.sotto.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A text file of the project, not of what its build makes.
 *
 * @param path from the project's root, with slashes
 */
record SourceFile(String path, List<String> lines) {
  private static final Set<String> NOT_OURS = Set.of("target", ".git");

  /** All whose path is accepted, in the order of their paths. */
  static List<SourceFile> all(Predicate<String> accepted) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(Launched.ROOT)) {
      for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
        Path path = Launched.ROOT.relativize(file);
        String name = path.toString().replace('\\', '/');
        if (isOurs(path) && accepted.test(name)) {
          files.add(new SourceFile(name, Files.readAllLines(file)));
        }
      }
    }
    return files;
  }

  private static boolean isOurs(Path path) {
    for (Path name : path) {
      if (NOT_OURS.contains(name.toString())) {
        return false;
      }
    }
    return true;
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  /** As one piece. */
  String text() {
    return String.join("\n", lines) + "\n";
  }
}
