package io.sotto.client;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.TensorShape;
import java.util.List;

/**
 * What a client knows of the model that its server serves.
 *
 * @param inputShapes of one image, for each input in the order of the model's signature
 * @param inputLimits every number of an image must be within {@code -limit..limit}
 * @param outputShapes of what one image gives, for each output in the order of the signature
 * @param maxBatch the most images that one run takes; larger batches are split
 * @param plan the steps, with sizes and fixed-point formats
 */
public record ServedModel(
    List<TensorShape> inputShapes,
    List<Double> inputLimits,
    List<TensorShape> outputShapes,
    int maxBatch,
    Plan plan) {
  public ServedModel {
    inputShapes = List.copyOf(inputShapes);
    inputLimits = List.copyOf(inputLimits);
    outputShapes = List.copyOf(outputShapes);
  }

  static ServedModel of(Plan plan) {
    return new ServedModel(
        plan.inputs().stream().map(InputSpec::shape).toList(),
        plan.inputs().stream().map(InputSpec::realLimit).toList(),
        plan.reveals().stream().map(RevealSpec::shape).toList(),
        plan.maxImages(),
        plan);
  }

  /**
   * The shape of the input, of a model that has one.
   *
   * @throws IllegalStateException if it has several
   */
  public TensorShape inputShape() {
    return only(inputShapes, "inputs");
  }

  /**
   * The limit of the input, of a model that has one.
   *
   * @throws IllegalStateException if it has several
   */
  public double inputLimit() {
    return only(inputLimits, "inputs");
  }

  /**
   * The shape of the output, of a model that has one.
   *
   * @throws IllegalStateException if it has several
   */
  public TensorShape outputShape() {
    return only(outputShapes, "outputs");
  }

  static <T> T only(List<T> list, String what) {
    if (list.size() != 1) {
      throw new IllegalStateException("this model has " + list.size() + " " + what);
    }
    return list.get(0);
  }
}
