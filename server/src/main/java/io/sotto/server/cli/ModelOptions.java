package io.sotto.server.cli;

import io.sotto.server.ConfigException;
import io.sotto.server.ConfigFile;
import io.sotto.server.Schemes;
import io.sotto.server.ServerConfig;
import io.sotto.server.model.FixedPointSettings;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a model is loaded; the same for every command that loads one. */
final class ModelOptions {
  private final Schemes schemes;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in HOCON; options given here override them.")
  @Nullable Path config;

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "Signature of the model; serving_default, or else the only one.")
  @Nullable String signature;

  @Option(
      names = "--ranges",
      paramLabel = "FILE",
      description =
          "What `sotto calibrate` measured; DIR.ranges.json beside the model if it is there.")
  @Nullable Path ranges;

  @Option(
      names = "--input-limit",
      paramLabel = "X",
      description = "Inputs lie within -X..X; what calibration took them to, or else 1.")
  @Nullable Double inputLimit;

  @Option(
      names = "--input-fraction",
      paramLabel = "BITS",
      description = "Fraction bits of inputs where none are calibrated, 10.")
  @Nullable Integer inputFraction;

  @Option(
      names = "--hidden-fraction",
      paramLabel = "BITS",
      description = "Fraction bits of hidden activations where none are calibrated, 12.")
  @Nullable Integer hiddenFraction;

  @Option(
      names = "--output-fraction",
      paramLabel = "BITS",
      description = "Fraction bits of outputs where none are calibrated, 8.")
  @Nullable Integer outputFraction;

  @Option(
      names = "--weight-fraction",
      paramLabel = "BITS",
      description = "Fraction bits of weights where none are calibrated, 11.")
  @Nullable Integer weightFraction;

  @Option(
      names = "--max-bits",
      paramLabel = "BITS",
      description = "The most bits of an activation, 24.")
  @Nullable Integer maxBits;

  @Option(
      names = "--headroom",
      paramLabel = "FACTOR",
      description = "By how much values may exceed the calibrated ranges, 1.5.")
  @Nullable Double headroom;

  @Option(
      names = "--ot-k",
      paramLabel = "K",
      description =
          "Oblivious transfers by trees of 2^K keys, 4: 8 sends half the bytes of them for eight times"
              + " the work, 2 twice the bytes for half of it.")
  @Nullable Integer treeBits;

  @Option(
      names = "--scheme",
      paramLabel = "NAME",
      description =
          "How the model is computed: hybrid, or another scheme that this program has; a name that isn't"
              + " there lists them.")
  @Nullable String scheme;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of a session of schemes other than hybrid; all processors.")
  @Nullable Integer threads;

  ModelOptions(Schemes schemes) {
    this.schemes = schemes;
  }

  /** The file's settings, if there is a file, and these options over them. */
  ServerConfig.Builder builder(@Nullable Path model) {
    ServerConfig.Builder builder =
        config == null ? ServerConfig.builder(schemes) : ConfigFile.read(config, schemes);
    if (model != null) {
      builder.model(model);
    }
    if (signature != null) {
      builder.signature(signature);
    }
    if (ranges != null) {
      builder.ranges(ranges);
    }
    Integer bits = treeBits;
    if (bits != null) {
      checked(() -> builder.treeBits(bits));
    }
    String chosen = scheme;
    if (chosen != null) {
      checked(() -> builder.scheme(chosen));
    }
    Integer number = threads;
    if (number != null) {
      checked(() -> builder.threads(number));
    }
    fixedPoint(builder, inputLimit, FixedPointSettings::withInputLimit);
    fixedPoint(builder, inputFraction, FixedPointSettings::withInputFraction);
    fixedPoint(builder, hiddenFraction, FixedPointSettings::withHiddenFraction);
    fixedPoint(builder, outputFraction, FixedPointSettings::withOutputFraction);
    fixedPoint(builder, weightFraction, FixedPointSettings::withWeightFraction);
    fixedPoint(builder, maxBits, FixedPointSettings::withMaxBits);
    fixedPoint(builder, headroom, FixedPointSettings::withHeadroom);
    return builder;
  }

  private static <T> void fixedPoint(
      ServerConfig.Builder builder,
      @Nullable T value,
      BiFunction<FixedPointSettings, T, FixedPointSettings> with) {
    if (value != null) {
      builder.fixedPoint(checked(() -> with.apply(builder.fixedPoint(), value)));
    }
  }

  /** An option's value that is out of range, as a sentence about the option. */
  static <T> T checked(java.util.function.Supplier<T> setting) {
    try {
      return setting.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }
}
