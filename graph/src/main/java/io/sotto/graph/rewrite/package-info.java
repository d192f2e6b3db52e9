/**
 * Rewriting of graphs into fewer and cheaper nodes, one small class a rule; {@link
 * io.sotto.graph.rewrite.Simplification} is the list of them. No rule changes what a graph computes
 * by more than the rounding of floats.
 */
@NullMarked
package io.sotto.graph.rewrite;

import org.jspecify.annotations.NullMarked;
