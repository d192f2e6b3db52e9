package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.BenchSystem;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.CategoryItemRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.CategoryDataset;

/** How all charts look: colours, of which each system has its own, type, legends, axes. */
final class Style {
  static final Color SURFACE = Color.decode("#fcfcfb");
  static final Color INK = Color.decode("#1a1a19");
  static final Color MUTED = Color.decode("#5f5e5a");
  static final Color GRID = Color.decode("#e4e3df");
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  /** Of parts that have no system. */
  private static final List<Color> PARTS =
      List.of(
              "#2a78d6", "#1baf7a", "#eda100", "#4a3aa7", "#e34948", "#008300", "#e87ba4",
              "#eb6834", "#7a5c3e", "#00a3ad", "#b5179e", "#8a8d91", "#9bc53d", "#5f0f40")
          .stream()
          .map(Color::decode)
          .toList();

  private Style() {}

  static Color system(BenchSystem system) {
    return switch (system) {
      case HYBRID -> PARTS.get(0);
      case CIRCUIT -> PARTS.get(1);
      case MP2ML -> PARTS.get(3);
      case CRYPTONETS -> PARTS.get(7);
    };
  }

  static Color part(int index) {
    return PARTS.get(index % PARTS.size());
  }

  static Shape dot(double radius) {
    return new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
  }

  /** Rows from top to bottom, with their values from left to right. */
  static CategoryPlot rows(CategoryDataset values, NumberAxis axis, CategoryItemRenderer renderer) {
    CategoryAxis names = new CategoryAxis();
    names.setMaximumCategoryLabelLines(4);
    names.setMaximumCategoryLabelWidthRatio(0.5f);
    apply(names);
    names.setTickLabelPaint(INK);
    apply(axis);
    CategoryPlot plot = new CategoryPlot(values, names, axis, renderer);
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_RIGHT);
    plot.setRangeGridlinePaint(GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    return plot;
  }

  static void apply(Axis axis) {
    axis.setLabelFont(TEXT);
    axis.setLabelPaint(MUTED);
    axis.setTickLabelFont(TEXT);
    axis.setTickLabelPaint(MUTED);
    axis.setAxisLineVisible(false);
    axis.setTickMarksVisible(false);
  }

  /** Stands upright above the axis at the left, where a label of the axis would lie on its side. */
  static TextTitle axisTitle(String text) {
    TextTitle title = new TextTitle(text, TEXT);
    title.setPaint(MUTED);
    title.setHorizontalAlignment(HorizontalAlignment.LEFT);
    return title;
  }

  /** Whose legend is at the top. */
  static JFreeChart chart(Plot plot) {
    plot.setBackgroundPaint(SURFACE);
    plot.setOutlineVisible(false);
    JFreeChart chart = new JFreeChart(null, TEXT, plot, true);
    chart.setBackgroundPaint(SURFACE);
    chart.setPadding(new RectangleInsets(0, 0, 0, 18));
    LegendTitle legend = chart.getLegend();
    legend.setPosition(RectangleEdge.TOP);
    legend.setHorizontalAlignment(HorizontalAlignment.LEFT);
    legend.setFrame(BlockBorder.NONE);
    legend.setBackgroundPaint(SURFACE);
    legend.setItemFont(TEXT);
    legend.setItemPaint(INK);
    return chart;
  }
}
