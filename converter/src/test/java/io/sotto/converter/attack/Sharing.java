package io.sotto.converter.attack;

/** How a linear layer's exact result becomes a value of fewer bits, and what the client sees. */
interface Sharing {
  /** How many numbers the client knows of its share of a value below its last place. */
  int fractionsPerValue();

  /**
   * Shares a linear layer's result, has both sides drop its low bits, and adds the shares of what
   * is left up.
   *
   * @param result with {@link SmallNetwork#FRACTION} bits to be dropped
   * @param fractions where the client's numbers go
   * @param at where the first one goes
   */
  long rescale(long result, double[] fractions, int at);
}
