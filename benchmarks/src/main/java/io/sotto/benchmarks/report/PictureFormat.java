package io.sotto.benchmarks.report;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Writes pictures of a given width, in pixels. */
final class PictureFormat {
  private static final int PNG_SCALE = 2;

  private PictureFormat() {}

  /** An element of a page, as wide as its place allows, in the page's type. */
  static String svg(Picture picture, int width, String cssClass) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    picture.chart().draw(graphics, new Rectangle(width, picture.height()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new SVGProcessor()
        .getDocument(graphics.getCommands(), new PageSize(width, picture.height()))
        .writeTo(out);
    String document = out.toString(StandardCharsets.UTF_8);
    int root = document.indexOf("<svg");
    return """
    <svg class="%s" role="img" aria-label="%s" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" \
    xmlns="http://www.w3.org/2000/svg">\
    """
            .formatted(cssClass, Tables.escape(picture.title()), width, picture.height())
        + document
            .substring(document.indexOf('>', root) + 1)
            .replaceAll("font-family:&quot;[^;]*&quot;;", "")
            .replaceAll("(\\.\\d\\d)\\d{3,}", "$1")
            .replaceAll("\n *", "\n");
  }

  /** Of twice as many pixels a side. */
  static void png(Picture picture, int width, OutputStream out) throws IOException {
    BufferedImage image =
        new BufferedImage(
            width * PNG_SCALE, picture.height() * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(PNG_SCALE, PNG_SCALE);
    picture.chart().draw(graphics, new Rectangle(width, picture.height()));
    graphics.dispose();
    if (!ImageIO.write(image, "png", out)) {
      throw new IOException("this JDK writes no PNG");
    }
  }
}
