/**
 * One class an operation of TensorFlow, {@link io.sotto.tfimport.internal.ops.AllOps} the list of
 * them. A new operation is a new class here and a line there.
 */
@NullMarked
package io.sotto.tfimport.internal.ops;

import org.jspecify.annotations.NullMarked;
