package io.sotto.benchmarks.report;

import java.util.Locale;

/** Draws into the text of an inline SVG element. */
final class SvgDrawing implements Drawing {
  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  SvgDrawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public void line(double x1, double y1, double x2, double y2, String color, double width) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linecap=\"round\"/>",
        x1, y1, x2, y2, color, width);
  }

  @Override
  public void rect(double x, double y, double width, double height, String color) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        x, y, Math.max(0, width), Math.max(0, height), color);
  }

  @Override
  public void circle(double x, double y, double radius, String color) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>", x, y, radius, color);
  }

  @Override
  public void text(double x, double y, String text, Anchor anchor, double size, String color) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%.0f\" fill=\"%s\">%s</text>",
        x, y, anchor.name().toLowerCase(Locale.ROOT), size, color, escape(text));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The element, as wide as its place allows. */
  String element(String label, String cssClass) {
    return "<svg class=\"%s\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" xmlns=\"http://www.w3.org/2000/svg\">\n%s</svg>\n"
        .formatted(cssClass, escape(label), width, height, body);
  }
}
