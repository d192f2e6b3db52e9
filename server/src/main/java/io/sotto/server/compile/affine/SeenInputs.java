package io.sotto.server.compile.affine;

/** Which of a map's inputs were seen, again and again. */
final class SeenInputs {
  private final int[] seen;
  private int now;

  SeenInputs(int inputs) {
    this.seen = new int[inputs];
  }

  /** None was seen from here on. */
  void begin() {
    now++;
  }

  /** Sees an input; false if it was seen already. */
  boolean add(int input) {
    boolean fresh = seen[input] != now;
    seen[input] = now;
    return fresh;
  }
}
