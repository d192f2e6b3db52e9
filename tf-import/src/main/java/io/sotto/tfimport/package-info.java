/**
 * Reads TensorFlow SavedModels: {@link io.sotto.tfimport.SavedModelReader} turns one into a {@link
 * io.sotto.graph.Graph} without starting TensorFlow; {@link io.sotto.tfimport.TensorFlowModel} runs
 * one with TensorFlow itself, to compare with.
 */
@NullMarked
package io.sotto.tfimport;

import org.jspecify.annotations.NullMarked;
