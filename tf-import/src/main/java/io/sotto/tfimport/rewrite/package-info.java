/**
 * Rewriting of imported graphs into fewer and cheaper nodes, one small class a rule; {@link
 * io.sotto.tfimport.rewrite.Simplification} is the list of them. No rule changes what a graph
 * computes by more than the rounding of floats.
 */
@NullMarked
package io.sotto.tfimport.rewrite;

import org.jspecify.annotations.NullMarked;
