package io.sotto.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.benchmarks.grid.BenchSystem;
import io.sotto.benchmarks.grid.Cell;
import io.sotto.benchmarks.grid.CellResult;
import io.sotto.benchmarks.grid.NetworkSetting;
import io.sotto.client.cli.LayerRow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  private static final Machine MACHINE =
      new Machine("A <processor>", List.of("avx2"), 2, 8192, "a JVM", "Linux", 0.5);
  private static final double SMALLEST_TEXT = 10.5;

  @TempDir private Path directory = Path.of("");

  private static List<CellResult> results() {
    List<CellResult> results = new ArrayList<>();
    for (NetworkSetting setting : NetworkSetting.values()) {
      for (BenchSystem system : BenchSystem.values()) {
        for (int batch = 1; batch <= 8192; batch *= 2) {
          results.add(result(setting, system, batch));
        }
      }
    }
    results.add(
        new CellResult(
            new Cell("other", "cryptonets", 1, "loopback"),
            "the sample has no form with squares",
            null,
            MACHINE,
            "2026-11-21T00:00:00Z"));
    return results;
  }

  private static CellResult result(NetworkSetting setting, BenchSystem system, int batch) {
    double seconds = 0.3 + (system == BenchSystem.HYBRID ? 1e-3 * batch : 9);
    return new CellResult(
        new Cell("mnist-cryptonets", system.id(), batch, setting.id()),
        null,
        new CellResult.Measured(
            "mnist-cryptonets-relu",
            setting == NetworkSetting.LOOPBACK ? "none" : "relay",
            spread(batch / seconds),
            spread(seconds),
            List.of(seconds, seconds, seconds),
            0.1,
            0.2,
            4000,
            1e6,
            2e6 + 1e3 * batch,
            5,
            0.1,
            0.2,
            300,
            900,
            batch,
            0.99,
            0.9923,
            0.999,
            0.01,
            List.of(
                new LayerRow("input", "784", 0.01, 9, 0, 0, ""),
                new LayerRow("linear", "784 -> 845", seconds / 2, 1000, 2000, 1, "batch"),
                new LayerRow("relu", "845 -> 845", seconds / 3, 1000, 2000, 2, "")),
            2,
            120),
        MACHINE,
        "2026-11-21T00:00:00Z");
  }

  private static Spread spread(double median) {
    return new Spread(median, 0.9 * median, 1.2 * median, 0.1 * median);
  }

  @Test
  void thePageHoldsEverythingItself() throws IOException {
    String page = Files.readString(Report.write(directory, results()));
    assertThat(page).doesNotContain("<script").doesNotContain("src=").doesNotContain("href=");
    assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http");
    assertThat(page).contains("A &lt;processor&gt;").contains("no form with squares");
    assertThat(page).contains("nGraph-HE2").contains("2,959").contains("measured by us");
    assertThat(page).contains("Sotto").contains("MP2ML-style").contains("CryptoNets-style");
    assertThat(page).contains("(relay)").contains("in shares of it, batch of 8192");
  }

  @Test
  void everyPictureIsAlsoAFile() throws IOException {
    Report.write(directory, results());
    try (Stream<Path> files = Files.list(directory.resolve("pictures"))) {
      Map<Boolean, List<Path>> byForm =
          files.collect(Collectors.partitioningBy(file -> file.toString().endsWith(".png")));
      List<Path> pictures = byForm.getOrDefault(true, List.of());
      assertThat(pictures).hasSize(6);
      assertThat(byForm.getOrDefault(false, List.of()))
          .hasSize(6)
          .allSatisfy(
              svg -> assertThat(Files.readString(svg)).startsWith("<svg").contains("<text"));
      for (Path picture : pictures) {
        var image = ImageIO.read(picture.toFile());
        int background = image.getRGB(0, 0);
        int drawn = 0;
        for (int x = 0; x < image.getWidth(); x += 3) {
          for (int y = 0; y < image.getHeight(); y += 3) {
            drawn += image.getRGB(x, y) == background ? 0 : 1;
          }
        }
        assertThat(drawn).as(picture.toString()).isGreaterThan(500);
      }
    }
  }

  @Test
  void aFewCellsMakeAPageToo() throws IOException {
    assertThat(Files.readString(Report.write(directory, List.of()))).contains("Nothing");
    CellResult one = result(NetworkSetting.LOOPBACK, BenchSystem.HYBRID, 1);
    assertThat(Files.readString(Report.write(directory, List.of(one)))).contains("</html>");
  }

  /** Looks at the page as a browser shows it, in a frame of that width. */
  @ParameterizedTest
  @ValueSource(ints = {1280, 390})
  void aBrowserShowsThePage(int width) throws Exception {
    Path chromium = chromium();
    assumeTrue(chromium != null, "there is no Chromium on this machine: nobody looked at the page");
    if (chromium == null) {
      return;
    }
    byte[] page =
        Files.readString(Report.write(directory, results()))
            .replaceFirst(
                "<head>",
                "<head><script>window.errors=[];addEventListener('error',e=>errors.push(String(e.message)),true)</script>")
            .getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(server, "/report.html", page);
    serve(
        server, "/probe.html", PROBE.replace("WIDTH", "" + width).getBytes(StandardCharsets.UTF_8));
    server.start();
    try {
      JsonNode seen =
          probe(
              chromium, "http://127.0.0.1:%d/probe.html".formatted(server.getAddress().getPort()));
      assertThat(seen.path("errors")).as(seen.toString()).isEmpty();
      assertThat(seen.path("width").asInt()).isEqualTo(width);
      assertThat(seen.path("overflow").asInt()).as("wider than its frame").isLessThanOrEqualTo(0);
      assertThat(seen.path("pictures").asInt()).isEqualTo(6);
      assertThat(seen.path("smallestPicture").asDouble()).isGreaterThan(300);
      assertThat(seen.path("smallestText").asDouble()).isGreaterThanOrEqualTo(SMALLEST_TEXT);
      assertThat(seen.path("cutText").asInt()).as("texts outside of their picture").isZero();
    } finally {
      server.stop(0);
    }
  }

  private static final String PROBE =
      """
      <!doctype html><body style="margin:0">
      <iframe src="report.html" style="width:WIDTHpx;height:4000px;border:0"></iframe>
      <script>
      addEventListener('load', () => {
        const win = document.querySelector('iframe').contentWindow, doc = win.document;
        const shown = [...doc.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0);
        let smallest = 1e9, text = 1e9, cut = 0;
        for (const svg of shown) {
          const box = svg.getBoundingClientRect();
          smallest = Math.min(smallest, box.width);
          for (const t of svg.querySelectorAll('text')) {
            const b = t.getBoundingClientRect();
            text = Math.min(text, parseFloat(win.getComputedStyle(t).fontSize) * box.width / svg.viewBox.baseVal.width);
            if (b.left < box.left - 2 || b.right > box.right + 2 || b.top < box.top - 2 || b.bottom > box.bottom + 2) cut++;
          }
        }
        const result = {errors: win.errors, width: win.innerWidth,
          overflow: doc.documentElement.scrollWidth - win.innerWidth, pictures: shown.length,
          smallestPicture: smallest, smallestText: text, cutText: cut};
        const pre = document.createElement('pre');
        pre.id = 'seen';
        pre.textContent = JSON.stringify(result);
        document.body.append(pre);
      });
      </script></body>
      """;

  private static void serve(HttpServer server, String path, byte[] bytes) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static @Nullable Path chromium() {
    for (String name : List.of("chromium", "chromium-browser", "google-chrome", "chrome")) {
      for (String folder : System.getenv("PATH").split(":", -1)) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    }
    return null;
  }

  private JsonNode probe(Path chromium, String url) throws Exception {
    Path dom = directory.resolve("dom.html");
    Process process =
        new ProcessBuilder(
                chromium.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + directory.resolve("profile"),
                "--window-size=1400,4200",
                "--virtual-time-budget=10000",
                "--dump-dom",
                url)
            .redirectOutput(dom.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("Chromium ends").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    Matcher seen =
        Pattern.compile("<pre id=\"seen\">(.*?)</pre>", Pattern.DOTALL)
            .matcher(Files.readString(dom));
    assertThat(seen.find()).as("the probe ran").isTrue();
    return new ObjectMapper().readTree(seen.group(1));
  }
}
