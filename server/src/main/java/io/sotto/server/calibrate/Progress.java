package io.sotto.server.calibrate;

/** Sees how far calibration is. Called by one thread. */
public interface Progress {
  /** Sees nothing. */
  Progress NONE = (what, done, of) -> {};

  /**
   * So much of something is done.
   *
   * @param of how much there is of it, at most
   */
  void at(String what, int done, int of);
}
