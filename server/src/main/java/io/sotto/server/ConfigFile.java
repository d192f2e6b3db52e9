package io.sotto.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.sotto.converter.step.FunctionForm;
import io.sotto.server.compile.ModelCompiler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a server's settings from a HOCON file; {@code model = DIR} is enough. Relative paths are
 * relative to the file's directory.
 */
public final class ConfigFile {
  /** Puts the value of one key into a builder. */
  @FunctionalInterface
  private interface Setting {
    void put(ServerConfig.Builder builder, Config config, String key, Path file);
  }

  private static final Map<String, Setting> SETTINGS = new TreeMap<>();

  static {
    SETTINGS.put("model", (b, c, k, f) -> b.model(path(c, k, f)));
    SETTINGS.put("signature", (b, c, k, f) -> b.signature(c.getString(k)));
    SETTINGS.put("ranges", (b, c, k, f) -> b.ranges(path(c, k, f)));
    SETTINGS.put("host", (b, c, k, f) -> b.host(c.getString(k)));
    SETTINGS.put("port", (b, c, k, f) -> b.port(c.getInt(k)));
    SETTINGS.put("identity", (b, c, k, f) -> b.identity(path(c, k, f)));
    SETTINGS.put("certificate", (b, c, k, f) -> b.certificate(path(c, k, f)));
    SETTINGS.put("private-key", (b, c, k, f) -> b.privateKey(path(c, k, f)));
    SETTINGS.put("client-certificates", (b, c, k, f) -> b.clientCertificates(path(c, k, f)));
    SETTINGS.put("insecure-no-tls", (b, c, k, f) -> b.insecureNoTls(c.getBoolean(k)));
    SETTINGS.put("max-sessions", (b, c, k, f) -> b.maxSessions(c.getInt(k)));
    SETTINGS.put("idle-timeout", (b, c, k, f) -> b.idleTimeout(c.getDuration(k)));
    SETTINGS.put(
        "max-sessions-per-address",
        (b, c, k, f) -> b.peers(b.peers().withSessionsPerAddress(c.getInt(k))));
    SETTINGS.put(
        "handshake-timeout",
        (b, c, k, f) -> b.peers(b.peers().withHandshakeTimeout(c.getDuration(k))));
    SETTINGS.put(
        "setup-timeout", (b, c, k, f) -> b.peers(b.peers().withSetupTimeout(c.getDuration(k))));
    SETTINGS.put(
        "receive-timeout", (b, c, k, f) -> b.peers(b.peers().withReceiveTimeout(c.getDuration(k))));
    SETTINGS.put("idle-grace", (b, c, k, f) -> b.peers(b.peers().withIdleGrace(c.getDuration(k))));
    SETTINGS.put(
        "least-throughput", (b, c, k, f) -> b.peers(b.peers().withLeastThroughput(c.getInt(k))));
    SETTINGS.put(
        "input-limit", (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withInputLimit(c.getDouble(k))));
    SETTINGS.put(
        "input-fraction",
        (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withInputFraction(c.getInt(k))));
    SETTINGS.put(
        "hidden-fraction",
        (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withHiddenFraction(c.getInt(k))));
    SETTINGS.put(
        "output-fraction",
        (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withOutputFraction(c.getInt(k))));
    SETTINGS.put(
        "weight-fraction",
        (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withWeightFraction(c.getInt(k))));
    SETTINGS.put("max-bits", (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withMaxBits(c.getInt(k))));
    SETTINGS.put(
        "headroom", (b, c, k, f) -> b.fixedPoint(b.fixedPoint().withHeadroom(c.getDouble(k))));
    SETTINGS.put("relu", (b, c, k, f) -> b.relu(reluForm(c.getString(k))));
    SETTINGS.put("ot-k", (b, c, k, f) -> b.treeBits(c.getInt(k)));
    SETTINGS.put("scheme", (b, c, k, f) -> b.scheme(c.getString(k)));
    SETTINGS.put("threads", (b, c, k, f) -> b.threads(c.getInt(k)));
    SETTINGS.put("output", (b, c, k, f) -> b.outputs(outputs(c.getString(k))));
  }

  private static final List<String> WHOLE_NUMBERS =
      List.of(
          "port",
          "max-sessions",
          "max-sessions-per-address",
          "least-throughput",
          "max-bits",
          "ot-k",
          "threads");

  private ConfigFile() {}

  /** All keys that a file may have. */
  public static List<String> keys() {
    return List.copyOf(SETTINGS.keySet());
  }

  /** {@link #read(Path, Schemes)} with Sotto's own scheme. */
  public static ServerConfig.Builder read(Path file) {
    return read(file, Schemes.STOCK);
  }

  /**
   * A builder with a file's settings.
   *
   * @param schemes that the file may name
   * @throws ConfigException naming the file, and the line where one is at fault
   */
  public static ServerConfig.Builder read(Path file, Schemes schemes) {
    Config config = parse(file);
    Path absolute = file.toAbsolutePath().normalize();
    ServerConfig.Builder builder = ServerConfig.builder(schemes);
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      String where = file + ":" + entry.getValue().origin().lineNumber() + ": ";
      Setting setting = SETTINGS.get(key);
      if (setting == null) {
        throw new ConfigException(where + "there is no setting " + key + "; " + suggestion(key));
      }
      try {
        setting.put(builder, config, entry.getKey(), absolute);
      } catch (com.typesafe.config.ConfigException e) {
        throw new ConfigException(
            where + key + " can't be " + entry.getValue().unwrapped() + "; " + expected(key));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(where + e.getMessage());
      }
    }
    return builder;
  }

  private static Config parse(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException("there is no configuration file " + file);
    }
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      ConfigParseOptions options =
          ConfigParseOptions.defaults()
              .setSyntax(ConfigSyntax.CONF)
              .setOriginDescription(file.toString());
      return ConfigFactory.parseReader(reader, options).resolve();
    } catch (java.io.IOException e) {
      throw new ConfigException("the configuration file " + file + " can't be read");
    } catch (com.typesafe.config.ConfigException e) {
      String message = e.getMessage() == null ? "it is no HOCON" : e.getMessage();
      throw new ConfigException(
          "the configuration file can't be understood: " + message.replaceAll("\\s+", " "));
    }
  }

  private static Path path(Config config, String key, Path file) {
    return file.resolveSibling(config.getString(key)).normalize();
  }

  private static FunctionForm reluForm(String name) {
    return switch (name) {
      case "lookup" -> FunctionForm.LOOKUP;
      case "circuit" -> FunctionForm.CIRCUIT;
      default ->
          throw new IllegalArgumentException(
              "relu is " + name + "; allowed are lookup and circuit");
    };
  }

  private static ModelCompiler.Outputs outputs(String name) {
    return switch (name) {
      case "values" -> ModelCompiler.Outputs.VALUES;
      case "class" -> ModelCompiler.Outputs.CLASS;
      default ->
          throw new IllegalArgumentException(
              "output is " + name + "; allowed are values and class");
    };
  }

  private static String expected(String key) {
    return switch (key) {
      case "insecure-no-tls" -> "it is true or false";
      case "idle-timeout", "handshake-timeout", "setup-timeout", "receive-timeout", "idle-grace" ->
          "it is a duration such as 5 minutes or 30s";
      case "input-limit", "headroom" -> "it is a number";
      default ->
          key.endsWith("-fraction") || WHOLE_NUMBERS.contains(key)
              ? "it is a whole number"
              : "it is a text";
    };
  }

  private static String suggestion(String key) {
    String nearest = "";
    int best = Integer.MAX_VALUE;
    for (String known : SETTINGS.keySet()) {
      int distance = distance(key, known);
      if (distance < best) {
        best = distance;
        nearest = known;
      }
    }
    return "the nearest one is " + nearest;
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
