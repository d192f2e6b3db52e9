package io.sotto.benchmarks.grid;

import io.sotto.data.NpyFile;
import io.sotto.samples.RandomInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code sotto bench single} calls a sample network.
 *
 * @param directory below samples/models
 * @param madeBy the script that makes its SavedModel, from the project's root
 */
record NamedNetwork(String directory, String madeBy) {
  private static final Path MODELS = Path.of("samples/models");
  private static final String RESNET = "cifar10-resnet20";
  private static final String VGG = "cifar10-vgg16";
  private static final String MLPS = "mlp/";
  private static final int RANDOM_INPUTS = 16;

  private static Optional<NamedNetwork> of(String name) {
    return switch (name) {
      case "mnist" -> known("mnist-cryptonets-relu", "train.py");
      case "resnet20" -> known(RESNET, "train.py");
      case "vgg16" -> known(VGG, "make.py");
      default ->
          name.matches("mlp-[1-9]\\d*x[1-9]\\d*")
              ? Optional.of(new NamedNetwork(MLPS + name, script(MLPS, "make.py " + name)))
              : Optional.empty();
    };
  }

  private static Optional<NamedNetwork> known(String directory, String script) {
    return Optional.of(new NamedNetwork(directory, script(directory, script)));
  }

  private static String script(String directory, String script) {
    return MODELS.resolve(directory).resolve(script).toString();
  }

  /** Whether a network is so large, or one of so many, that a whole grid of it takes days. */
  static boolean isLarge(String sample) {
    return sample.equals(RESNET) || sample.equals(VGG) || sample.startsWith(MLPS);
  }

  /**
   * The network of a name, or that of a SavedModel in any directory.
   *
   * @param scratch where random inputs go if there are none beside the model
   */
  static SampleNetwork find(Path root, String name, Path scratch) throws IOException {
    NamedNetwork known = of(name).orElse(null);
    if (known != null) {
      return known.in(root, scratch);
    }
    Path model = Path.of(name).toAbsolutePath().normalize();
    if (!Files.isDirectory(model)) {
      throw new IllegalArgumentException(
          "there is no network %s; give mnist, resnet20, vgg16, mlp-WxD such as mlp-95x2, or the"
                  .formatted(name)
              + " directory of a SavedModel");
    }
    Path inputs = model.resolveSibling("input.npy");
    return new SampleNetwork(
        name, model, null, Files.exists(inputs) ? inputs : random(model, scratch), null);
  }

  private SampleNetwork in(Path root, Path scratch) throws IOException {
    Path model = root.resolve(MODELS).resolve(directory).resolve("saved_model");
    if (!Files.isDirectory(model)) {
      throw new NoSuchFileException(
          root.relativize(model).toString(), null, "not made yet; run python " + madeBy);
    }
    SampleNetwork sample = SampleNetwork.of(root, directory, model);
    return sample != null
        ? sample
        : new SampleNetwork(directory, model, null, random(model, scratch), null);
  }

  private static Path random(Path model, Path scratch) throws IOException {
    Path file = scratch.resolve("random.npy");
    NpyFile.write(file, RandomInputs.of(model, RANDOM_INPUTS));
    return file;
  }
}
