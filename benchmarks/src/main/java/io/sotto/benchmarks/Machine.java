package io.sotto.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Where something was measured.
 *
 * @param flags of the processor, those that kernels could use
 * @param cores that this process may use
 * @param load of the last minute when this was read: a machine that is busy measures others' work
 */
public record Machine(
    String cpu,
    List<String> flags,
    int cores,
    @JsonProperty("memory_mb") long memoryMb,
    String jdk,
    String kernel,
    double load) {
  private static final Set<String> OF_INTEREST =
      Set.of(
          "sse4_1",
          "aes",
          "pclmulqdq",
          "avx2",
          "bmi2",
          "adx",
          "gfni",
          "vaes",
          "vpclmulqdq",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512ifma",
          "avx512_vbmi");

  public Machine {
    flags = List.copyOf(flags);
  }

  /** This one. */
  public static Machine here() throws IOException {
    List<String> cpuinfo = Files.readAllLines(Path.of("/proc/cpuinfo"));
    return new Machine(
        field(cpuinfo, "model name"),
        Arrays.stream(field(cpuinfo, "flags").split(" ", -1))
            .filter(OF_INTEREST::contains)
            .sorted()
            .toList(),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(
                field(Files.readAllLines(Path.of("/proc/meminfo")), "MemTotal")
                    .replaceAll("[^0-9]", ""))
            / 1024,
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  /** Of lines such as {@code model name : AMD}, the first with this name. */
  private static String field(List<String> lines, String name) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "unknown";
  }

  @Override
  public String toString() {
    return "%s, %d cores, %s, %s, load %.1f; %s"
        .formatted(cpu, cores, jdk, kernel, load, String.join(" ", flags));
  }
}
