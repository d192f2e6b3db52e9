package io.sotto.client;

import io.sotto.converter.plan.Plan;
import io.sotto.converter.shares.TensorShape;

/**
 * What a client knows of the model that its server serves.
 *
 * @param inputShape of one image
 * @param inputLimit every number of an image must be within {@code -inputLimit..inputLimit}
 * @param outputShape of what one image gives
 * @param maxBatch the most images that one run takes; larger batches are split
 * @param plan the steps, with sizes and fixed-point formats
 */
public record ServedModel(
    TensorShape inputShape, double inputLimit, TensorShape outputShape, int maxBatch, Plan plan) {

  static ServedModel of(Plan plan) {
    return new ServedModel(
        plan.input().shape(),
        plan.input().realLimit(),
        plan.reveal().shape(),
        plan.maxImages(),
        plan);
  }
}
