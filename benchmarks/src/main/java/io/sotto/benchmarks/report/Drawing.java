package io.sotto.benchmarks.report;

/** A surface that pictures are drawn on; units are pixels, the origin is at the top left. */
interface Drawing {
  /** Which end of a text is at its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  void line(double x1, double y1, double x2, double y2, String color, double width);

  void rect(double x, double y, double width, double height, String color);

  void circle(double x, double y, double radius, String color);

  /** The text's base line begins, is centred or ends there. */
  void text(double x, double y, String text, Anchor anchor, double size, String color);

  /** About what a text takes. */
  static double widthOf(String text, double size) {
    return 0.56 * size * text.length();
  }
}
