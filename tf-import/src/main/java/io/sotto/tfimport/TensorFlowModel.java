package io.sotto.tfimport;

import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.internal.SavedModelDirectory;
import io.sotto.tfimport.internal.Signature;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * A SavedModel run by TensorFlow itself, in the clear: what an encrypted prediction is compared
 * with.
 *
 * <p>TensorFlow writes notes to stderr unless TF_CPP_MIN_LOG_LEVEL is 2 or 3 in the process's
 * environment when it starts; a running JVM can't change that.
 *
 * <p><b>Security.</b> None: inputs and outputs are plain, and TensorFlow executes the model's
 * graph.
 *
 * <p><b>Threading.</b> Any number of threads may run it; close only when none does.
 *
 * <p><b>Failure.</b> What TensorFlow refuses is a {@link ModelImportException} of one line.
 */
public final class TensorFlowModel implements AutoCloseable {
  private static final int CHUNK = 1024;

  private final SavedModelBundle bundle;
  private final Signature signature;
  private final Shape outputShape;

  private TensorFlowModel(SavedModelBundle bundle, Signature signature) {
    this.bundle = bundle;
    this.signature = signature;
    // One image through the model: its output's shape, and errors now instead of at first use.
    try (TFloat32 input = TFloat32.tensorOf(withBatch(1, signature.inputShape()));
        Result result = compute(input)) {
      this.outputShape = imageShape(result.get(0), 1);
    }
  }

  /** Loads the signature {@code serving_default}, or else the only one. */
  public static TensorFlowModel load(Path directory) {
    return load(directory, null);
  }

  /** Loads a signature, as {@link SavedModelReader#read(Path, String)} chooses it. */
  public static TensorFlowModel load(Path directory, @Nullable String signatureName) {
    SavedModelDirectory model = SavedModelDirectory.open(directory);
    Signature signature = Signature.choose(model, signatureName);
    SavedModelBundle bundle;
    try {
      bundle = SavedModelBundle.load(directory.toString(), model.tags());
    } catch (TensorFlowException e) {
      throw refused("TensorFlow can't load " + directory, e);
    } catch (LinkageError e) {
      throw new ModelImportException(
          "TensorFlow's native library can't be loaded on this machine: " + firstLine(e), e);
    }
    try {
      return new TensorFlowModel(bundle, signature);
    } catch (RuntimeException e) {
      bundle.close();
      throw e;
    }
  }

  /** The shape of one input image. */
  public Shape inputShape() {
    return signature.inputShape();
  }

  /** The shape of one image's output. */
  public Shape outputShape() {
    return outputShape;
  }

  /**
   * The outputs of some images.
   *
   * @param images image after image, each row-major
   * @return the outputs in the same order
   */
  public float[] run(float[] images) {
    int size = inputShape().elements();
    if (images.length % size != 0) {
      throw new IllegalArgumentException(
          "%d values are no whole number of images of shape %s (%d values each)"
              .formatted(images.length, inputShape(), size));
    }
    int count = images.length / size;
    int outSize = outputShape.elements();
    float[] outputs = new float[Math.multiplyExact(count, outSize)];
    for (int first = 0; first < count; first += CHUNK) {
      int some = Math.min(CHUNK, count - first);
      try (TFloat32 input =
              TFloat32.tensorOf(
                  withBatch(some, inputShape()),
                  DataBuffers.of(images, true, false)
                      .slice((long) first * size, (long) some * size));
          Result result = compute(input)) {
        Shape shape = imageShape(result.get(0), some);
        if (!shape.equals(outputShape) || !(result.get(0) instanceof TFloat32 values)) {
          throw new ModelImportException(
              "the model's output changed its shape from %s to %s".formatted(outputShape, shape));
        }
        values.copyTo(
            DataBuffers.of(outputs, false, false)
                .slice((long) first * outSize, (long) some * outSize));
      }
    }
    return outputs;
  }

  private Result compute(TFloat32 input) {
    try {
      return bundle
          .session()
          .runner()
          .feed(signature.inputTensor(), input)
          .fetch(signature.outputTensor())
          .run();
    } catch (TensorFlowException e) {
      throw refused(
          "TensorFlow can't run signature %s (of a Keras model, save it with model.export)"
              .formatted(signature.name()),
          e);
    }
  }

  private static Shape imageShape(Tensor output, int count) {
    long[] dims = output.shape().asArray();
    if (dims.length == 0 || dims[0] != count) {
      throw new ModelImportException(
          "the model's output for a batch of %d has shape %s; its first axis must be the batch"
              .formatted(count, Arrays.toString(dims)));
    }
    return Shape.of(Arrays.stream(dims).skip(1).mapToInt(Math::toIntExact).toArray());
  }

  private static org.tensorflow.ndarray.Shape withBatch(int count, Shape image) {
    long[] dims = new long[image.rank() + 1];
    dims[0] = count;
    for (int axis = 0; axis < image.rank(); axis++) {
      dims[axis + 1] = image.dim(axis);
    }
    return org.tensorflow.ndarray.Shape.of(dims);
  }

  private static ModelImportException refused(String what, TensorFlowException e) {
    return new ModelImportException(what + ": " + firstLine(e), e);
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    bundle.close();
  }
}
