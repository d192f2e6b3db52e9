package io.sotto.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * Lines over two logarithmic axes, with the spread of each point where it is known.
 *
 * @param xLabel what the horizontal axis, whose marks are powers of two, stands for
 * @param yLabel what the vertical axis, whose marks are powers of ten, stands for
 */
record LineChart(String name, String title, String xLabel, String yLabel, List<Series> series)
    implements Picture {
  /** A point; low and high are the ends of its spread. */
  record Point(double x, double y, double low, double high) {}

  /** A line. */
  record Series(String name, Color color, List<Point> points) {}

  @Override
  public int height() {
    return 350;
  }

  @Override
  public JFreeChart chart() {
    YIntervalSeriesCollection lines = new YIntervalSeriesCollection();
    XYErrorRenderer renderer = new XYErrorRenderer();
    for (Series line : series) {
      int index = lines.getSeriesCount();
      lines.addSeries(points(line));
      renderer.setSeriesPaint(index, line.color());
      renderer.setSeriesStroke(index, new BasicStroke(2));
      renderer.setSeriesShape(index, Style.dot(4));
    }
    renderer.setDefaultLinesVisible(true);
    renderer.setDrawOutlines(false);
    renderer.setDrawXError(false);
    renderer.setCapLength(0);
    renderer.setErrorStroke(new BasicStroke(1));
    XYPlot plot =
        new XYPlot(
            lines,
            new PowersAxis(xLabel, 2, all(Point::x)),
            new PowersAxis("", 10, all(Point::low), all(Point::high)),
            renderer);
    plot.setRangeGridlinePaint(Style.GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setDomainGridlinesVisible(false);
    JFreeChart chart = Style.chart(plot);
    chart.addSubtitle(Style.axisTitle(yLabel));
    return chart;
  }

  private static YIntervalSeries points(Series line) {
    YIntervalSeries points = new YIntervalSeries(line.name());
    line.points().forEach(point -> points.add(point.x, point.y, point.low, point.high));
    return points;
  }

  private DoubleStream all(ToDoubleFunction<Point> value) {
    return series.stream().flatMap(line -> line.points().stream()).mapToDouble(value);
  }
}
