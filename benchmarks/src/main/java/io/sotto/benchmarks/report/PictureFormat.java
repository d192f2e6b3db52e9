package io.sotto.benchmarks.report;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.w3c.dom.Element;

/** Writes pictures of a given width, in pixels. */
final class PictureFormat {
  private static final int PNG_SCALE = 2;
  private static final int DECIMALS = 2;

  private PictureFormat() {}

  /** An element of a page, as wide as its place allows, in the page's type. */
  static String svg(Picture picture, int width, String cssClass) throws IOException {
    String prefix = "p%x-%d-".formatted(picture.title().hashCode(), width);
    SVGGraphics2D graphics = new SVGGraphics2D(context(prefix), false);
    picture.chart().draw(graphics, new Rectangle(width, picture.height()));
    Element root = graphics.getRoot();
    root.setAttribute("class", cssClass);
    root.setAttribute("role", "img");
    root.setAttribute("aria-label", picture.title());
    root.setAttribute("viewBox", "0 0 %d %d".formatted(width, picture.height()));
    StringWriter out = new StringWriter();
    graphics.stream(root, out, false, false);
    String document = out.toString();
    return document
            .substring(document.indexOf("<svg"))
            .strip()
            .replaceAll("(?s)<!--.*?-->|<defs id=\"\\w+\"\\s*/>| xmlns:xlink=\"[^\"]*\"", "")
            .replaceAll(" font-family=\"[^\"]*\"", "")
            .replaceFirst("<svg", "<svg font-family=\"system-ui, sans-serif\"")
        + "\n";
  }

  /** Parts of a picture have names that no other picture of the page has. */
  private static SVGGeneratorContext context(String prefix) throws IOException {
    try {
      SVGGeneratorContext context =
          SVGGeneratorContext.createDefault(
              DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument());
      context.setPrecision(DECIMALS);
      context.setIDGenerator(
          new SVGIDGenerator() {
            @Override
            public String generateID(String part) {
              return prefix + super.generateID(part);
            }
          });
      return context;
    } catch (ParserConfigurationException e) {
      throw new IOException("this JDK makes no XML", e);
    }
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
