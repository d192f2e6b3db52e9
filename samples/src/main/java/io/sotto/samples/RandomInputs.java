package io.sotto.samples;

import io.sotto.data.Tensor;
import io.sotto.graph.Shape;
import io.sotto.tfimport.TensorFlowModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Inputs for a model that has no samples: numbers from 0 to 1, the same ones each time. */
public final class RandomInputs {
  private static final long SEED = 20261128;

  private RandomInputs() {}

  /** So many inputs of the shape that a SavedModel takes. */
  public static Tensor of(Path model, int count) {
    try (TensorFlowModel tensorFlow = TensorFlowModel.load(model)) {
      Shape image = tensorFlow.inputShape();
      float[] values = new float[Math.multiplyExact(count, image.elements())];
      Random random = new Random(SEED);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      List<Integer> shape = Stream.concat(Stream.of(count), image.dims().stream()).toList();
      return new Tensor(shape, values);
    }
  }
}
