package io.sotto.server.compile.layouts;

/** Which layouts linear layers may have. */
public enum LayoutChoice {
  /** For each size of batch what costs least. */
  AUTO,

  /** An element a ciphertext, whatever the batch: the plan tells clients sizes alone. */
  BATCH
}
