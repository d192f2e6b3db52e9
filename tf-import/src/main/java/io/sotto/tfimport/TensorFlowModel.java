package io.sotto.tfimport;

import io.sotto.graph.Shape;
import io.sotto.tfimport.internal.SavedModelDirectory;
import io.sotto.tfimport.internal.Signature;
import io.sotto.tfimport.refusal.ModelImportException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

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
  private final List<Shape> outputShapes;

  private TensorFlowModel(SavedModelBundle bundle, Signature signature) {
    this.bundle = bundle;
    this.signature = signature;
    // One chunk through the model: its outputs' shapes, and errors now instead of at first use.
    int count = signature.fixedBatch() < 0 ? 1 : signature.fixedBatch();
    List<float[]> zeros = new ArrayList<>();
    signature.inputs().forEach(in -> zeros.add(new float[count * in.shape().elements()]));
    List<Shape> shapes = new ArrayList<>();
    compute(zeros, 0, count, count, (output, result) -> shapes.add(imageShape(result, count)));
    this.outputShapes = List.copyOf(shapes);
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

  /** The shape of one input image, of a model with one input. */
  public Shape inputShape() {
    return only("input", inputShapes());
  }

  /** The shape of one image's output, of a model with one output. */
  public Shape outputShape() {
    return only("output", outputShapes);
  }

  /** The shapes of one image, in the order of the imported graph's inputs. */
  public List<Shape> inputShapes() {
    return signature.inputs().stream().map(Signature.In::shape).toList();
  }

  /** The shapes of one image's outputs, in the order of the imported graph's. */
  public List<Shape> outputShapes() {
    return outputShapes;
  }

  private static Shape only(String what, List<Shape> shapes) {
    if (shapes.size() != 1) {
      throw new IllegalStateException("the model has %d %ss".formatted(shapes.size(), what));
    }
    return shapes.get(0);
  }

  /**
   * The outputs of some images, of a model with one input and one output.
   *
   * @param images image after image, each row-major
   * @return the outputs in the same order
   */
  public float[] run(float[] images) {
    outputShape();
    return run(List.of(images)).get(0);
  }

  /**
   * The outputs of some images.
   *
   * @param inputs one array an input, all of the same number of images
   * @return one array an output; indices become floats
   */
  public List<float[]> run(List<float[]> inputs) {
    int count = images(inputs);
    List<float[]> outputs = new ArrayList<>();
    for (Shape shape : outputShapes) {
      outputs.add(new float[Math.multiplyExact(count, shape.elements())]);
    }
    int chunk = signature.fixedBatch() < 0 ? CHUNK : signature.fixedBatch();
    for (int first = 0; first < count; first += chunk) {
      int some = Math.min(chunk, count - first);
      int at = first;
      int batch = signature.fixedBatch() < 0 ? some : chunk;
      compute(
          inputs,
          first,
          some,
          batch,
          (output, result) -> {
            Shape shape = outputShapes.get(output);
            if (!imageShape(result, batch).equals(shape)) {
              throw new ModelImportException(
                  "the model's output changed its shape from %s to %s"
                      .formatted(shape, imageShape(result, batch)));
            }
            float[] values = floats(result);
            System.arraycopy(
                values, 0, outputs.get(output), at * shape.elements(), some * shape.elements());
          });
    }
    return outputs;
  }

  private int images(List<float[]> inputs) {
    if (inputs.size() != signature.inputs().size()) {
      throw new IllegalArgumentException(
          "the model takes %d inputs, not %d".formatted(signature.inputs().size(), inputs.size()));
    }
    int count = inputs.get(0).length / inputShapes().get(0).elements();
    for (int i = 0; i < inputs.size(); i++) {
      Shape shape = inputShapes().get(i);
      if (inputs.get(i).length != Math.multiplyExact(count, shape.elements())) {
        throw new IllegalArgumentException(
            "%d values are no whole number of images of shape %s (%d values each)"
                .formatted(inputs.get(i).length, shape, shape.elements()));
      }
    }
    return count;
  }

  /** Takes the results of one run, while they are there. */
  private interface Results {
    void take(int output, Tensor result);
  }

  /** Runs some images; {@code batch} may be larger, then zeros follow. */
  private void compute(List<float[]> inputs, int first, int some, int batch, Results results) {
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = bundle.session().runner();
      for (int i = 0; i < inputs.size(); i++) {
        Signature.In in = signature.inputs().get(i);
        int size = in.shape().elements();
        float[] values =
            Arrays.copyOf(
                Arrays.copyOfRange(inputs.get(i), first * size, (first + some) * size),
                batch * size);
        Tensor tensor = tensor(in, batch, values);
        tensors.add(tensor);
        runner.feed(in.tensor(), tensor);
      }
      signature.outputs().forEach(out -> runner.fetch(out.tensor()));
      try (Result result = runner.run()) {
        for (int i = 0; i < signature.outputs().size(); i++) {
          results.take(i, result.get(i));
        }
      }
    } catch (TensorFlowException e) {
      throw refused(
          "TensorFlow can't run signature %s (of a Keras model, save it with model.export)"
              .formatted(signature.name()),
          e);
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private static Tensor tensor(Signature.In in, int batch, float[] values) {
    org.tensorflow.ndarray.Shape shape = withBatch(batch, in.shape());
    return switch (in.type()) {
      case DT_UINT8 -> {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) Math.round(values[i]);
        }
        yield TUint8.tensorOf(shape, DataBuffers.of(bytes, true, false));
      }
      case DT_INT32 -> {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
          ints[i] = Math.round(values[i]);
        }
        yield TInt32.tensorOf(shape, DataBuffers.of(ints, true, false));
      }
      default -> TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
    };
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().size())];
    if (tensor instanceof TFloat32 floats) {
      floats.copyTo(DataBuffers.of(values, false, false));
    } else if (tensor instanceof TInt64 longs) {
      int at = 0;
      for (var scalar : longs.scalars()) {
        values[at++] = scalar.getLong();
      }
    } else if (tensor instanceof TInt32 ints) {
      int at = 0;
      for (var scalar : ints.scalars()) {
        values[at++] = scalar.getInt();
      }
    } else {
      throw new ModelImportException("the model's output is of type " + tensor.dataType());
    }
    return values;
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
