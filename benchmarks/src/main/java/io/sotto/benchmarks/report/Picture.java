package io.sotto.benchmarks.report;

/** Something that can be drawn in any size. */
interface Picture {
  /** A name for a file. */
  String name();

  /** What it shows, in words. */
  String title();

  /** The height that suits a width. */
  int height(int width);

  void draw(Drawing on, int width, int height);
}
