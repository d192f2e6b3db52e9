package io.sotto.gc.correlation;

/** The two parties of a session, by what they do with circuits. */
public enum Role {
  /** Gives numbers, bits or choices, and evaluates; the client. Its window of lookups is first. */
  EVALUATOR,
  /** Garbles; the server. */
  GARBLER;

  /** The other party. */
  public Role other() {
    return pick(GARBLER, EVALUATOR);
  }

  /** The one of two things that is this party's. */
  public <T> T pick(T evaluators, T garblers) {
    return this == EVALUATOR ? evaluators : garblers;
  }
}
