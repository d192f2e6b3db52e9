package io.sotto.benchmarks.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.client.cli.LayerRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SingleReportTest {
  private static final Machine MACHINE =
      new Machine("a processor", List.of("avx2"), 2, 1024, "a JVM", "Linux", 0);

  private static CellResult cell() {
    return new CellResult(
        new Cell("cifar10-vgg16", "circuit", 3, "lan"),
        null,
        new CellResult.Measured(
            "cifar10-vgg16",
            "tc",
            Spread.of(100, 200, 300),
            Spread.of(0.01, 0.03, 0.02),
            List.of(0.01, 0.03, 0.02),
            0.1,
            0.2,
            4000,
            1e6 / 3,
            2e6,
            5,
            0.004,
            0.005,
            300,
            900,
            9,
            null,
            null,
            0.5,
            0.125,
            List.of(
                new LayerRow("linear", "4 -> 5", 0.001, 10, 20, 1, "some layout"),
                new LayerRow("relu", "5 -> 5", 0.002, 30, 40, 3, ""),
                new LayerRow("linear", "5 -> 2", 0.004, 50, 60, 1, "another layout")),
            77,
            5),
        MACHINE,
        "2026-11-28T00:00:00Z");
  }

  @Test
  void theJsonHasTheNamesThatAreAgreedOn() {
    JsonNode json = CellResult.json().valueToTree(SingleReport.of("vgg16", "circuit", cell()));

    assertThat(json.path("name").asText()).isEqualTo("vgg16");
    assertThat(json.path("relu").asText()).isEqualTo("circuit");
    assertThat(json.path("images").asInt()).isEqualTo(3);
    assertThat(json.path("runs").asInt()).isEqualTo(3);
    assertThat(json.path("median_ms").asDouble()).isEqualTo(20);
    assertThat(json.path("min_ms").asDouble()).isEqualTo(10);
    assertThat(json.path("max_ms").asDouble()).isEqualTo(30);
    assertThat(json.path("bytes_sent").asText()).isEqualTo("333333");
    assertThat(json.path("bytes_received").asText()).isEqualTo("2000000");
    assertThat(json.path("rounds").asInt()).isEqualTo(5);
    assertThat(json.path("cpu_ms_client").asDouble()).isEqualTo(4);
    assertThat(json.path("cpu_ms_server").asDouble()).isEqualTo(5);
    assertThat(json.path("peak_rss_mb_client").asDouble()).isEqualTo(300);
    assertThat(json.path("peak_rss_mb_server").asDouble()).isEqualTo(900);
    assertThat(json.path("stages").path("linear").asDouble()).isEqualTo(0.005);
    assertThat(json.path("layers").path(2).path("layout").asText()).isEqualTo("another layout");
    assertThat(json.path("machine").path("cores").asInt()).isEqualTo(2);
    assertThat(json.path("date").asText()).startsWith("2026");
  }

  @Test
  void theTextHasARowForEachLayer() {
    StringWriter text = new StringWriter();
    SingleReportText.print(new PrintWriter(text), SingleReport.of("vgg16", "circuit", cell()));

    assertThat(text.toString().lines())
        .anyMatch(line -> line.matches("linear 2 +5 -> 2 +4\\.000 +50 +60 +1 +another layout"))
        .anyMatch(line -> line.matches("median +20\\.00 ms \\(10\\.00 to 30\\.00\\).* 77 .*"))
        .anyMatch(line -> line.matches("stages .*linear 5\\.00 ms, relu 2\\.00 ms"))
        .anyMatch(line -> line.contains("2 cores"))
        .anyMatch(line -> line.contains("50.00 % of the classes of 9 images"))
        .anyMatch(line -> line.contains("circuit, lan (1000 Mbit/s, 1 ms)"));
  }

  @Test
  void whatWasntMeasuredHasNoReport() {
    CellResult leftOut =
        new CellResult(cell().cell(), "why", null, MACHINE, "2026-11-28T00:00:00Z");
    assertThatThrownBy(() -> SingleReport.of("vgg16", "circuit", leftOut))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
