package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library comes out of the jar and loads by itself, in a fresh JVM with an empty cache. */
class NativeLibraryIT {

  /** What the fresh JVM runs. */
  public static final class Probe {
    public static void main(String[] args) {
      try (NativeRing ring = NativeRing.create(10, 30)) {
        System.out.println(NativeRing.class.getProtectionDomain().getCodeSource().getLocation());
        System.out.println(ring.modulus());
      }
    }
  }

  @Test
  void loadsFromTheJar(@TempDir Path cache) throws Exception {
    Path jar = location(NativeRing.class);
    assertThat(jar.toString()).endsWith(".jar");
    String classPath =
        Stream.of(jar, location(Loader.class), location(Probe.class))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    Path output = cache.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-cp",
                classPath,
                Probe.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(lines.toString()).isZero();
    assertThat(lines.get(0)).endsWith(".jar");
    assertThat(Long.parseLong(lines.get(1))).isBetween(1L << 29, 1L << 30);
    try (Stream<Path> extracted = Files.walk(cache)) {
      assertThat(extracted.filter(p -> p.toString().endsWith(".so"))).isNotEmpty();
    }
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
