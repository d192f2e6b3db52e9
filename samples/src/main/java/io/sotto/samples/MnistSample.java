package io.sotto.samples;

import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.IdxFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import io.sotto.server.LoadedModel;
import io.sotto.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MNIST's test images with their labels, and a model of them. */
public final class MnistSample {
  /** The model if none is asked for, from the project's root. */
  public static final String MODEL = "samples/models/mnist-cryptonets-relu/saved_model";

  private static final String IMAGES = "samples/data/t10k-images-idx3-ubyte.gz";
  private static final String LABELS = "samples/data/t10k-labels-idx1-ubyte.gz";

  private final Path root;
  private final Path modelDirectory;
  private final int[] labels;

  private MnistSample(Path root, Path modelDirectory, int[] labels) {
    this.root = root;
    this.modelDirectory = modelDirectory;
    this.labels = labels;
  }

  /**
   * The sample in the project that the launcher belongs to.
   *
   * @param model another SavedModel, or null for {@link #MODEL}
   */
  public static MnistSample at(@Nullable Path model) throws IOException {
    String home = System.getProperty("sotto.root");
    if (home == null) {
      throw new IllegalArgumentException("start it by the launcher: ./sotto");
    }
    Path root = Path.of(home);
    return new MnistSample(
        root,
        model != null ? model.toAbsolutePath() : root.resolve(MODEL),
        IdxFile.readLabels(root.resolve(LABELS)));
  }

  /** The project's. */
  public Path root() {
    return root;
  }

  /** {@code ./sotto}. */
  public Path launcher() {
    return root.resolve("sotto");
  }

  public Path modelDirectory() {
    return modelDirectory;
  }

  public Path imagesFile() {
    return root.resolve(IMAGES);
  }

  /** How many images there are. */
  public int images() {
    return labels.length;
  }

  /** Fails if there are not so many images. */
  public void requireImages(String option, int count) {
    if (count < 1 || count > images()) {
      throw new IllegalArgumentException(
          "%s %d given; allowed are 1..%d".formatted(option, count, images()));
    }
  }

  /**
   * Predicts in the clear, by TensorFlow in another process and by the fixed-point twin, and
   * compares.
   *
   * @param outputs of the first images, one row each
   */
  public Comparison compare(Tensor outputs, SottoProcesses processes)
      throws IOException, InterruptedException {
    int count = outputs.rows();
    Path plaintext = processes.directory().resolve("plaintext.npy");
    processes.awaitSuccess(
        processes.start(
            "plaintext model",
            List.of(
                "plaintext",
                "--model=" + modelDirectory,
                "--input=" + imagesFile(),
                "--images=" + count,
                "--output=" + plaintext)));
    Tensor inputs = IdxFile.readImages(imagesFile()).slice(0, count);
    return Comparison.of(
        outputs, NpyFile.read(plaintext), twin(inputs), Arrays.copyOf(labels, count));
  }

  /** What the server's own compilation of the model gives, in the clear, in fixed point. */
  private FixedTensor twin(Tensor inputs) {
    try (LoadedModel loaded =
        LoadedModel.load(ServerConfig.builder().model(modelDirectory).build())) {
      ServerPlan plan = loaded.compiled().plan();
      List<FixedTensor> values = plan.runTwin(plan.plan().input().quantize(inputs.values()));
      return values.get(values.size() - 1);
    }
  }
}
