package io.sotto.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a server's settings from a HOCON file; {@code model = DIR} is enough. Relative paths are
 * relative to the file's directory.
 */
public final class ConfigFile {
  private ConfigFile() {}

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
      String where = file + ":" + entry.getValue().origin().lineNumber() + ": ";
      String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      Setting<?> setting =
          setting(key)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          where
                              + "there is no setting "
                              + key
                              + "; the nearest one is "
                              + nearest(key)));
      try {
        builder.setWritten(setting, written(setting, config, entry.getKey(), absolute));
      } catch (com.typesafe.config.ConfigException e) {
        throw new ConfigException(
            (where + key + " can't be " + entry.getValue().unwrapped())
                + ("; it is " + setting.type().form().words()));
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

  private static Object written(Setting<?> setting, Config config, String key, Path file) {
    return switch (setting.type().form()) {
      case PATH -> file.resolveSibling(config.getString(key)).normalize();
      case TEXT -> config.getString(key);
      case FLAG -> config.getBoolean(key);
      case WHOLE_NUMBER -> config.getInt(key);
      case NUMBER -> config.getDouble(key);
      case DURATION -> config.getDuration(key);
    };
  }

  private static Optional<Setting<?>> setting(String key) {
    return ServerSettings.all().stream().filter(each -> each.name().equals(key)).findFirst();
  }

  private static String nearest(String key) {
    return ServerSettings.all().stream()
        .map(Setting::name)
        .sorted()
        .min(Comparator.comparingInt(name -> distance(key, name)))
        .orElseThrow();
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
