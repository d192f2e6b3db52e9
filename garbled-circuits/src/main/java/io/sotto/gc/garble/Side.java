package io.sotto.gc.garble;

/** The two parties of a session, by what they do with circuits. */
enum Side {
  /** Writes the tables of the first window of lookups. */
  EVALUATOR,
  GARBLER;

  Side other() {
    return pick(GARBLER, EVALUATOR);
  }

  /** The one of two things that is this side's. */
  <T> T pick(T evaluators, T garblers) {
    return this == EVALUATOR ? evaluators : garblers;
  }
}
