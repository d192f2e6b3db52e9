/**
 * A model as a small typed graph, with a float interpreter and measured value ranges. Nothing here
 * refers to TensorFlow.
 */
@NullMarked
package io.sotto.graph;

import org.jspecify.annotations.NullMarked;
