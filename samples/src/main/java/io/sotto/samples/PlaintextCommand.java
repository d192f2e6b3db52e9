package io.sotto.samples;

import io.sotto.data.InputFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import io.sotto.tfimport.TensorFlowModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sotto plaintext}: a model in the clear, by TensorFlow. A process of its own, since
 * TensorFlow writes notes to stderr that nothing turns off.
 */
@Command(
    name = "plaintext",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a model in the clear by TensorFlow: what encrypted predictions are compared with."
    })
public final class PlaintextCommand implements Callable<Integer> {
  @Option(names = "--model", paramLabel = "DIR", required = true, description = "The SavedModel.")
  private Path model = Path.of("");

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      description = "The inputs: NumPy .npy, first axis the batch, or MNIST IDX images.")
  private Path input = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Where the predictions go, as .npy of float32.")
  private Path output = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Takes only the first N images of the input.")
  private @Nullable Integer images;

  @Override
  public Integer call() throws IOException {
    Tensor inputs = images == null ? InputFile.read(input) : InputFile.readFirst(input, images);
    try (TensorFlowModel tensorFlow = TensorFlowModel.load(model)) {
      if (inputs.shape().isEmpty() || inputs.rowElements() != tensorFlow.inputShape().elements()) {
        throw new IllegalArgumentException(
            "%s has shape %s; the model takes batches of %s"
                .formatted(input, inputs.shape(), tensorFlow.inputShape()));
      }
      float[] outputs = tensorFlow.run(inputs.values());
      int width = tensorFlow.outputShape().elements();
      NpyFile.write(output, new Tensor(List.of(inputs.rows(), width), outputs));
    }
    return 0;
  }
}
