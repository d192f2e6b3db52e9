package io.sotto.gc.lookup;

/** A product of a bit with a number that takes transfers of its own, beside those of lookups. */
enum LookupProduct {
  /** s t: the garbler's s, the evaluator's choice t. */
  SIGNS,
  /** The sign with the sender's part of y. */
  PART,
  /** The last carry of a chain with a number that both know. */
  CARRY
}
