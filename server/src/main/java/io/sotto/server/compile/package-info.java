/**
 * From the imported {@code Graph} to the {@code ServerPlan} that sessions run: {@link Lowering}
 * folds a model into affine maps and ReLUs, {@link FormatPlanner} gives every value a fixed-point
 * format from measured ranges or from bounds, and {@link ModelCompiler} makes the steps and picks
 * the ring.
 */
@NullMarked
package io.sotto.server.compile;

import org.jspecify.annotations.NullMarked;
