package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.CpuFeatures.Restriction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class CpuFeaturesTest {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  static boolean isLinuxOnX86() {
    return Files.isReadable(CPUINFO) && System.getProperty("os.arch").equals("amd64");
  }

  @Test
  @EnabledIf("isLinuxOnX86")
  void detectsWhatTheKernelReports() throws IOException {
    Set<String> flags =
        Files.readAllLines(CPUINFO).stream()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .map(line -> new HashSet<>(Arrays.asList(line.split("\\s+"))))
            .orElseThrow();
    Map<Feature, List<String>> names = new EnumMap<>(Feature.class);
    names.put(Feature.SSE41, List.of("sse4_1"));
    names.put(Feature.AESNI, List.of("aes"));
    names.put(Feature.PCLMUL, List.of("pclmulqdq"));
    names.put(Feature.AVX2, List.of("avx2"));
    names.put(Feature.BMI2, List.of("bmi2"));
    names.put(Feature.VAES, List.of("vaes"));
    names.put(Feature.VPCLMUL, List.of("vpclmulqdq"));
    names.put(Feature.AVX512, List.of("avx512f", "avx512bw", "avx512dq", "avx512vl"));
    names.put(Feature.AVX512IFMA, List.of("avx512f", "avx512ifma"));
    names.put(Feature.GFNI, List.of("avx512f", "avx512bw", "gfni"));
    Set<Feature> expected = EnumSet.noneOf(Feature.class);
    names.forEach(
        (feature, parts) -> {
          if (flags.containsAll(parts)) {
            expected.add(feature);
          }
        });
    assertThat(names.keySet()).isEqualTo(EnumSet.allOf(Feature.class));
    assertThat(CpuFeatures.detected()).isEqualTo(expected);
  }

  @Test
  void restrictionTakesAwayAndGivesBack() {
    Set<Feature> all = CpuFeatures.detected();
    assertThat(CpuFeatures.usable()).isEqualTo(all);
    try (Restriction none = CpuFeatures.restrictTo(EnumSet.noneOf(Feature.class))) {
      assertThat(none).isNotNull();
      assertThat(CpuFeatures.usable()).isEmpty();
      assertThat(CpuFeatures.detected()).isEqualTo(all);
    }
    assertThat(CpuFeatures.usable()).isEqualTo(all);
    try (Restriction every = CpuFeatures.restrictTo(EnumSet.allOf(Feature.class))) {
      assertThat(every).isNotNull();
      assertThat(CpuFeatures.usable()).as("what is not there cannot be given").isEqualTo(all);
    }
  }

  @Test
  void generationsGrowFromNothingToEverything() {
    List<Set<Feature>> generations = CpuFeatures.generations();
    assertThat(generations.get(0)).isEmpty();
    assertThat(generations.get(generations.size() - 1)).isEqualTo(CpuFeatures.detected());
    for (int i = 1; i < generations.size(); i++) {
      assertThat(generations.get(i)).containsAll(generations.get(i - 1));
      assertThat(generations.get(i)).hasSizeGreaterThan(generations.get(i - 1).size());
    }
  }
}
