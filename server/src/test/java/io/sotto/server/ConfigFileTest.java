package io.sotto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.step.FunctionForm;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.layouts.LayoutChoice;
import io.sotto.server.model.FixedPointSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  private final Path folder;

  ConfigFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("sotto.conf"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ServerConfig config(String text) {
    return ConfigFile.read(file(text)).build();
  }

  @Test
  void aModelIsEnough() {
    ServerConfig config = config("model = saved_model\n");

    assertThat(config.model().directory()).isEqualTo(folder.resolve("saved_model"));
    assertThat(config.model().rangesFile()).isEqualTo(folder.resolve("saved_model.ranges.json"));
    assertThat(config.listening())
        .isEqualTo(new ServerConfig.Listening("127.0.0.1", 7443, 4, null));
    assertThat(config.tls()).isEqualTo(new Tls.Identity(null, null));
    assertThat(config.arithmetic().fixedPoint()).isEqualTo(FixedPointSettings.DEFAULTS);
    assertThat(config.given()).containsExactly(ServerSettings.MODEL_DIRECTORY);
  }

  @Test
  void everySettingIsRead() {
    ServerConfig config =
        config(
            """
            model = ../m
            signature = classify
            ranges = r.json
            host = 0.0.0.0
            port = 1234
            certificate = tls/cert.pem
            private-key = tls/key.pem
            client-certificates = tls/clients.pem
            max-sessions = 9
            idle-timeout = 2 minutes
            max-sessions-per-address = 3
            handshake-timeout = 4s
            setup-timeout = 40s
            receive-timeout = 50s
            idle-grace = 6s
            least-throughput = 7
            input-limit = 255
            input-fraction = 1
            hidden-fraction = 2
            output-fraction = 3
            weight-fraction = 4
            max-bits = 30
            headroom = 2.5
            relu = circuit
            ot-k = 8
            layout = batch
            costs = costs.json
            weights-memory = 77
            scheme = hybrid
            threads = 3
            output = class
            """);

    assertThat(config)
        .isEqualTo(
            new ServerConfig(
                new ServerConfig.Model(
                    folder.resolveSibling("m"), "classify", folder.resolve("r.json")),
                new ServerConfig.Arithmetic(
                    new FixedPointSettings(1, 2, 3, 4, 30, 2.5, 255.0),
                    FunctionForm.CIRCUIT,
                    8,
                    new ServerConfig.Layouts(LayoutChoice.BATCH, folder.resolve("costs.json"), 77),
                    Scheme.HYBRID,
                    3,
                    ModelCompiler.Outputs.CLASS),
                new ServerConfig.Listening("0.0.0.0", 1234, 9, 3),
                new Tls.Certificate(
                    folder.resolve("tls/cert.pem"),
                    folder.resolve("tls/key.pem"),
                    folder.resolve("tls/clients.pem")),
                new ClientPatience(
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(40),
                    Duration.ofSeconds(50),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(6),
                    7),
                config.given()));
    assertThat(config("model = m\nidentity = id").tls())
        .isEqualTo(new Tls.Identity(folder.resolve("id"), null));
    assertThat(config("model = m\ninsecure-no-tls = true").tls()).isEqualTo(new Tls.Insecure());
    assertThat(ServerSettings.all()).hasSize(33).doesNotHaveDuplicates();
    assertThat(config.given()).hasSize(31);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prot = 1 | :2: there is no setting prot; the nearest one is port",
        "fixed { max-bits = 3 } | :2: there is no setting fixed.max-bits; the nearest one is"
            + " max-bits",
        "port = many | :2: port can't be many; it is a whole number",
        "port = 70000 | :2: port is 70000; allowed are 0..65535",
        "idle-timeout = soon | :2: idle-timeout can't be soon; it is a duration",
        "idle-timeout = 1ms | :2: idle-timeout is 0 s; allowed are",
        "insecure-no-tls = perhaps | :2: insecure-no-tls can't be perhaps; it is true or false",
        "setup-timeout = soon | :2: setup-timeout can't be soon; it is a duration",
        "idle-grace = 1ms | :2: idle-grace is 0 s; allowed are 1 second to 1 day",
        "max-sessions-per-address = 0 | :2: max-sessions-per-address is 0; allowed are 1..1000",
        "least-throughput = -1 | :2: least-throughput is -1; allowed are 0..1048576",
        "least-throughput = fast | :2: least-throughput can't be fast; it is a whole number",
        "max-sessions = 0 | :2: max-sessions is 0; allowed are 1..1000",
        "max-bits = 99 | :2: max-bits is 99; allowed are 4..32",
        "host = \"\" | :2: host is empty",
        "headroom = wide | :2: headroom can't be wide; it is a number",
        "relu = slow | :2: relu is slow; allowed are circuit, lookup and fitting",
        "layout = tiles | :2: layout is tiles; allowed are auto and batch",
        "weights-memory = -1 | :2: weights-memory is -1; allowed are 0..1048576",
        "ot-k = 3 | :2: ot-k is 3; allowed are 2, 4 and 8",
        "ot-k = much | :2: ot-k can't be much; it is a whole number",
        "scheme = fast | :2: scheme is fast; this program has hybrid",
        "output = all | :2: output is all; allowed are values and class",
        "certificate = c.pem | certificate and private-key go together",
        "port = { | can't be understood",
      })
  void whatIsWrongIsNamedWithItsLine(String line, String message) {
    assertThatThrownBy(() -> config("model = m\n" + line + "\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void settingsThatExcludeEachOtherAreRefused() {
    assertThatThrownBy(() -> config("model = m\ninsecure-no-tls = true\nidentity = id"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("insecure-no-tls");
    assertThatThrownBy(() -> config("model = m\nidentity = id\ncertificate = c\nprivate-key = k"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("exclude each other");
  }

  @Test
  void aMissingModelOrFileIsNamed() {
    assertThatThrownBy(() -> config("port = 1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no model is given");
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.conf")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no configuration file")
        .hasMessageContaining("none.conf");
  }
}
