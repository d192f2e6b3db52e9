package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.converter.step.FunctionForm;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.ConfigException;
import io.sotto.server.ServerConfig;
import io.sotto.server.ServerSettings;
import io.sotto.server.Setting;
import io.sotto.tfimport.refusal.ModelImportException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class CommandsTest {
  private static final Path TINY = Path.of("..", "samples", "models", "tiny");

  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  CommandsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Runs a command; exceptions come through as they are. */
  private int run(Object command, Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              throw e;
            })
        .execute(texts);
  }

  private static Path model(String name) {
    return TINY.resolve(name).resolve("saved_model");
  }

  @Test
  void inspectShowsModelPlanAndCosts() throws IOException {
    Path json = folder.resolve("figures.json");
    int code = run(new InspectCommand(), model("conv-same"), "--batch", 10, "--json", json);

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("Conv2D", "weights 3x4x2x3", "Ring: N 2048", "at least 128 bits")
        .contains("Memory of a session", "Costs of a batch of 10 images", "total", "warning: ");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.path("images").asInt()).isEqualTo(10);
    assertThat(figures.path("ring").path("security_bits").asInt()).isEqualTo(128);
    List<String> kinds = new ArrayList<>();
    long sent = 0;
    for (JsonNode step : figures.path("steps")) {
      kinds.add(step.path("kind").asText());
      sent += step.path("bytes_sent").asLong();
    }
    assertThat(kinds).containsExactly("linear", "relu", "linear", "truncate", "reveal");
    assertThat(figures.path("total").path("bytes_sent").asLong()).isEqualTo(sent).isPositive();
    assertThat(figures.path("steps").get(0).path("noise_margin_bits").asDouble()).isPositive();
    List<Integer> batches = new ArrayList<>();
    for (JsonNode memory : figures.path("memory")) {
      batches.add(memory.path("images").asInt());
      assertThat(memory.path("client_bytes").asLong()).isBetween(16L << 20, 1L << 30);
    }
    assertThat(batches).containsExactly(1, 16, 2048);
  }

  private int calibrate(Path ranges, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                model("mlp-keras"),
                "--input",
                TINY.resolve("mlp-keras").resolve("input.npy"),
                "--output",
                ranges));
    arguments.addAll(List.of(more));
    return run(new CalibrateCommand(), arguments.toArray());
  }

  @Test
  void calibrateTakesBytesAwayThatInspectShows() throws IOException {
    Path ranges = folder.resolve("ranges.json");
    assertThat(calibrate(ranges)).isZero();

    assertThat(out.toString())
        .contains(
            "hidden", "bytes/image", "Memory of a session", "On 3 samples the largest error is 0.")
        .contains(" % of the classes agree", "random inputs 0 did", "over 3 images");
    assertThat(err.toString())
        .contains("warning: 3 samples say little", "measuring ranges", "measuring layers", "done")
        .doesNotContain("replaces", "tolerance");
    Path bounded = folder.resolve("bounded.json");
    Path calibrated = folder.resolve("calibrated.json");
    run(new InspectCommand(), model("mlp-keras"), "--input-limit", 3, "--json", bounded);
    run(new InspectCommand(), model("mlp-keras"), "--ranges", ranges, "--json", calibrated);
    assertThat(bytes(calibrated)).isLessThan(bytes(bounded));
  }

  @Test
  void settingsThatACalibrationOverridesAreToldInOneLine() {
    Path ranges = folder.resolve("ranges.json");
    calibrate(ranges);
    String told = "warning: without effect: %s; the formats in " + ranges + " decide";
    run(new InspectCommand(), model("mlp-keras"), "--ranges", ranges, "--max-bits", 25);
    assertThat(out.toString()).doesNotContain("without effect");

    // Also where the setting is the standard one.
    run(new InspectCommand(), model("mlp-keras"), "--ranges", ranges, "--hidden-fraction", 12);
    assertThat(out.toString()).contains(told.formatted("hidden-fraction"));
    Object[] both = {
      model("mlp-keras"), "--ranges", ranges, "--weight-fraction", 9, "--input-fraction", 9
    };
    run(new InspectCommand(), both);
    assertThat(out.toString()).contains(told.formatted("input-fraction, weight-fraction"));
  }

  @Test
  void optionsOverrideTheFileAndAreOneForEachSetting() throws IOException {
    Path file = folder.resolve("sotto.conf");
    Files.writeString(
        file, "model = %s\nmax-bits = 99".formatted(model("mlp-keras").toAbsolutePath()));
    assertThatThrownBy(() -> call(new InspectCommand(), "--config", file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + ":2: max-bits is 99; allowed are 4..32");
    Files.writeString(
        file,
        "model = %s\nmax-bits = 20\nrelu = circuit".formatted(model("mlp-keras").toAbsolutePath()));
    CommandLine serve = new CommandLine(new ServeCommand());
    serve.parseArgs("--config", file.toString(), "--max-bits", "21", "--idle-timeout", "7");
    ServerConfig config = SettingOptions.given(serve.getCommandSpec()).build();
    assertThat(config.arithmetic().fixedPoint().maxBits()).isEqualTo(21);
    assertThat(config.arithmetic().relu()).isEqualTo(FunctionForm.CIRCUIT);
    assertThat(config.patience().idleTimeout()).isEqualTo(Duration.ofSeconds(7));
    for (Setting<?> setting : ServerSettings.all()) {
      assertThat(serve.getCommandSpec().findOption("--" + setting.name())).isNotNull();
      assertThat(setting.helpText()).doesNotContain("{", "null");
    }
    assertThat(serve.getUsageMessage()).contains("The port, 7443; 0 for", "batches, 300.");
  }

  private static long bytes(Path figures) throws IOException {
    JsonNode total = new ObjectMapper().readTree(figures.toFile()).path("total");
    return total.path("bytes_sent").asLong() + total.path("bytes_received").asLong();
  }

  @Test
  void calibrateWarnsBeforeItReplacesAndWhenTheToleranceIsOutOfReach() throws IOException {
    Path ranges = folder.resolve("ranges.json");
    assertThat(calibrate(ranges, "--images", 2)).isZero();
    assertThat(calibrate(ranges, "--tolerance", "1e-9")).isZero();

    assertThat(err.toString())
        .contains("warning: replaces the ranges of 2 images in " + ranges)
        .containsPattern(
            "warning: no formats are within the tolerance: the largest error is [0-9.e-]+ % of");
    assertThat(Files.readString(ranges)).contains("\"accuracy\"", "\"images\" : 3");
  }

  @Test
  void wrongValuesAreNamed() {
    assertThatThrownBy(() -> call(new InspectCommand(), model("mlp-keras"), "--batch", 9999))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--batch is 9999; a batch of this model holds 1..2048 images");
    assertThatThrownBy(() -> call(new InspectCommand(), model("mlp-keras"), "--max-bits", 99))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--max-bits is 99; allowed are 4..32");
    assertThatThrownBy(() -> call(new ServeCommand(), "--model", "m", "--port", 70000))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--port is 70000; allowed are 0..65535");
    assertThatThrownBy(() -> call(new ServeCommand(), "--model", "m", "--idle-grace", 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--idle-grace is 0 s; allowed are 1 second to 1 day");
    assertThatThrownBy(() -> call(new ServeCommand(), "--model", "m", "--scheme", "fast"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--scheme is fast; this program has hybrid");
    assertThatThrownBy(() -> call(new ServeCommand(), "--model", folder.resolve("none")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> call(new ServeCommand()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no model is given");
    assertThatThrownBy(
            () -> call(new CalibrateCommand(), "m", "--input", "x.npy", "--tolerance", "7"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--tolerance is 7.0; allowed are shares above 0 and below 1");
    assertThatThrownBy(
            () ->
                call(
                    new CalibrateCommand(),
                    model("mlp-keras"),
                    "--input",
                    TINY.resolve("conv-same").resolve("input.npy")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds images of shape 7x9x2; the model takes 6");
  }

  /** Calls a command after its options are parsed, so that its exception is seen. */
  private static void call(Callable<Integer> command, Object... arguments) throws Exception {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    new CommandLine(command).parseArgs(texts);
    command.call();
  }

  /** The process that the next test starts and stops. */
  static final class ServeProgram {
    private ServeProgram() {}

    public static void main(String[] arguments) {
      System.exit(new CommandLine(new ServeCommand()).execute(arguments));
    }
  }

  @Test
  void serveTellsWhenItIsReadyAndStopsCleanlyWhenTold() throws Exception {
    Path ready = Files.writeString(folder.resolve("ready.json"), "stale");
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsotto.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                ServeProgram.class.getName(),
                "--model",
                model("mlp-keras").toString(),
                "--port",
                "0",
                "--ready-file",
                ready.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      JsonNode told = awaitReady(server, ready);
      assertThat(told.path("port").asInt()).isPositive();
      assertThat(told.path("pid").asLong()).isEqualTo(server.pid());
      assertThat(told.path("fingerprint").asText()).hasSize(32 * 3 - 1);

      server.destroy();

      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(128 + 15);
      assertThat(Files.readString(folder.resolve("log")))
          .contains("serving ", "127.0.0.1:" + told.path("port").asInt())
          .contains(told.path("fingerprint").asText())
          .doesNotContain("Exception", "\tat ");
    } finally {
      server.destroyForcibly();
    }
  }

  private JsonNode awaitReady(Process server, Path ready) throws Exception {
    while (true) {
      try {
        String text = Files.readString(ready);
        if (!text.equals("stale")) {
          return new ObjectMapper().readTree(text);
        }
      } catch (NoSuchFileException e) {
        // The server has taken the stale one away and isn't ready yet.
      }
      if (!server.isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("log")));
      }
      Thread.sleep(10);
    }
  }
}
