package io.sotto.server.cli;

import io.sotto.server.ConfigException;
import io.sotto.server.ConfigFile;
import io.sotto.server.Schemes;
import io.sotto.server.ServerConfig;
import io.sotto.server.ServerSettings;
import io.sotto.server.Setting;
import io.sotto.server.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings of a server as options of a command, one each, and {@code --config} for a file of
 * them.
 */
final class SettingOptions implements IModelTransformer {
  private static final String CONFIG = "--config";

  /** A command that takes settings. */
  interface Taker {
    /** Of these parts. */
    Set<Setting.Part> parts();

    /** That settings may name. */
    Schemes schemes();
  }

  @Override
  public CommandSpec transform(CommandSpec command) {
    command.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(Path.class)
            .description("Settings in HOCON; options given here override them.")
            .build());
    settings(command).forEach(setting -> command.addOption(option(setting)));
    return command;
  }

  private static List<Setting<?>> settings(CommandSpec command) {
    Set<Setting.Part> parts = ((Taker) command.userObject()).parts();
    return ServerSettings.all().stream().filter(setting -> parts.contains(setting.part())).toList();
  }

  private static OptionSpec option(Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(name(setting)).type(type(setting)).description(setting.helpText());
    return setting.type().label().isEmpty()
        ? option.build()
        : option.paramLabel(setting.type().label()).build();
  }

  private static String name(Setting<?> setting) {
    return "--" + setting.name();
  }

  private static Class<?> type(Setting<?> setting) {
    return switch (setting.type().form()) {
      case PATH -> Path.class;
      case TEXT -> String.class;
      case FLAG -> Boolean.class;
      case WHOLE_NUMBER, DURATION -> Integer.class;
      case NUMBER -> Double.class;
    };
  }

  /** The settings of the file that was given, if one was, and over them those of the options. */
  static ServerConfig.Builder given(CommandSpec command) {
    ParseResult parsed = command.commandLine().getParseResult();
    Path file = parsed.matchedOptionValue(CONFIG, null);
    Schemes schemes = ((Taker) command.userObject()).schemes();
    ServerConfig.Builder builder =
        file == null ? ServerConfig.builder(schemes) : ConfigFile.read(file, schemes);
    for (Setting<?> setting : settings(command)) {
      Object value = parsed.matchedOptionValue(name(setting), null);
      if (value != null) {
        put(builder, setting, value);
      }
    }
    return builder;
  }

  private static void put(ServerConfig.Builder builder, Setting<?> setting, Object value) {
    boolean seconds = setting.type().form() == ValueType.Form.DURATION;
    checked(
        () -> builder.setWritten(setting, seconds ? Duration.ofSeconds((Integer) value) : value));
  }

  /** An option's value that is out of range, as a sentence about the option. */
  static <T> T checked(Supplier<T> setting) {
    try {
      return setting.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }
}
