package io.sotto.client;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.TensorShape;
import io.sotto.data.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * From a user's batch to fixed point in parts that a session takes, and back from their outputs.
 */
final class Batches {
  private Batches() {}

  /**
   * Checks a batch and turns it into fixed point.
   *
   * @param clips takes numbers outside the model's range as its ends
   * @throws IllegalArgumentException if its shape or a number of it is not one that the model takes
   */
  static List<FixedTensor> quantize(Plan plan, List<Tensor> batch, boolean clips) {
    if (batch.size() != plan.inputs().size()) {
      throw new IllegalArgumentException(
          "%d inputs given; this model takes %d".formatted(batch.size(), plan.inputs().size()));
    }
    List<FixedTensor> inputs = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      inputs.add(quantize(plan.inputs().get(i), batch.get(i), clips));
    }
    if (inputs.stream().mapToInt(FixedTensor::images).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "the inputs have different numbers of images: "
              + inputs.stream().map(FixedTensor::images).toList());
    }
    return inputs;
  }

  /**
   * Checks that the outputs of so many images, of which the server's model chose the size, have
   * room as floats.
   *
   * @throws IllegalArgumentException if they have not
   */
  static void requireRoom(Plan plan, int images, long memoryLimit) {
    long bytes =
        plan.reveals().stream()
            .mapToLong(reveal -> (long) reveal.shape().elements() * images * Float.BYTES)
            .sum();
    if (bytes > memoryLimit) {
      throw new IllegalArgumentException(
          "the outputs of %d images would take %d MB, and %d MB are allowed; give fewer at a time"
              .formatted(images, bytes >> 20, memoryLimit >> 20));
    }
  }

  private static FixedTensor quantize(InputSpec input, Tensor batch, boolean clips) {
    requireShape(input.shape(), batch.shape());
    return clips ? input.clip(batch.values()) : input.quantize(batch.values());
  }

  /** How many numbers of a batch are outside the model's range. */
  static long outside(Plan plan, List<Tensor> batch) {
    long count = 0;
    for (int i = 0; i < batch.size(); i++) {
      count += plan.inputs().get(i).outside(batch.get(i).values());
    }
    return count;
  }

  private static void requireShape(TensorShape model, List<Integer> given) {
    if (given.isEmpty()) {
      throw new IllegalArgumentException(
          "the input is a single number; this model takes batches of " + allowed(model));
    }
    List<Integer> image = given.subList(1, given.size());
    boolean flat = image.equals(List.of(model.elements()));
    if (!flat && !withoutOnes(image).equals(withoutOnes(model.dimensions()))) {
      String hint =
          withoutOnes(given).equals(withoutOnes(model.dimensions()))
              ? "; a single image needs the batch axis, too: 1x" + Tensor.describe(given)
              : "";
      throw new IllegalArgumentException(
          "the input has shape %s, batch first; this model takes batches of %s%s"
              .formatted(Tensor.describe(given), allowed(model), hint));
    }
    if (given.get(0) == 0) {
      throw new IllegalArgumentException("the input is an empty batch; give at least one image");
    }
  }

  private static String allowed(TensorShape model) {
    List<Integer> shorter = withoutOnes(model.dimensions());
    StringBuilder text = new StringBuilder("images of shape ").append(model);
    if (!shorter.equals(model.dimensions()) && shorter.size() > 1) {
      text.append(", also given as ").append(Tensor.describe(shorter));
    }
    if (shorter.size() > 1) {
      text.append(" or as ").append(model.elements()).append(" numbers in one axis");
    }
    return text.toString();
  }

  /**
   * Axes of length 1, such as the one channel of grey images, don't change the order of numbers.
   */
  private static List<Integer> withoutOnes(List<Integer> shape) {
    return shape.stream().filter(length -> length != 1).toList();
  }

  /** The images from one index up to, not including, another. */
  static FixedTensor slice(FixedTensor batch, int from, int to) {
    if (from == 0 && to == batch.images()) {
      return batch;
    }
    FixedTensor part = new FixedTensor(batch.format(), to - from);
    for (int element = 0; element < batch.format().elements(); element++) {
      System.arraycopy(
          batch.values(),
          element * batch.images() + from,
          part.values(),
          element * part.images(),
          part.images());
    }
    return part;
  }

  /** Puts the outputs of a part, which are element-major, in their rows of the whole's. */
  static void place(FixedTensor outputs, int firstRow, float[] rows) {
    int elements = outputs.format().elements();
    for (int image = 0; image < outputs.images(); image++) {
      for (int element = 0; element < elements; element++) {
        rows[(firstRow + image) * elements + element] = (float) outputs.real(element, image);
      }
    }
  }

  /** Makes probabilities of logits, in rows of this length. */
  static void softmax(float[] logits, int length) {
    for (int row = 0; row < logits.length; row += length) {
      double most = Double.NEGATIVE_INFINITY;
      for (int i = row; i < row + length; i++) {
        most = Math.max(most, logits[i]);
      }
      double sum = 0;
      for (int i = row; i < row + length; i++) {
        sum += Math.exp(logits[i] - most);
      }
      for (int i = row; i < row + length; i++) {
        logits[i] = (float) (Math.exp(logits[i] - most) / sum);
      }
    }
  }

  /** Adds the reports of a part up with those of the parts before it. */
  static List<StepReport> plus(List<StepReport> sums, List<StepReport> part) {
    if (sums.isEmpty()) {
      return part;
    }
    List<StepReport> result = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      result.add(sums.get(i).plus(part.get(i)));
    }
    return result;
  }

  /** The shape of a batch of outputs. */
  static List<Integer> outputShape(int images, TensorShape outputs) {
    List<Integer> shape = new ArrayList<>();
    shape.add(images);
    shape.addAll(outputs.dimensions());
    return shape;
  }
}
