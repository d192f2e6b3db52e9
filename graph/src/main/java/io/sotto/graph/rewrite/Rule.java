package io.sotto.graph.rewrite;

import io.sotto.graph.Graph;

/**
 * One way to make a graph simpler.
 *
 * <p><b>Security.</b> Works on weights in the clear, at their owner's.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> None: where a rule does not apply, the graph stays.
 */
@FunctionalInterface
public interface Rule {

  /** A graph that computes the same, with the same inputs and outputs. */
  Graph apply(Graph graph);
}
