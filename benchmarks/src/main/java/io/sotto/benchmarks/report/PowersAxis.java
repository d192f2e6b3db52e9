package io.sotto.benchmarks.report;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** A logarithmic axis from power to power of its base, with as many of them marked as fit. */
final class PowersAxis extends LogAxis {
  private static final long serialVersionUID = 1L;

  /** What a mark takes, in pixels. */
  private static final double ACROSS = 44;

  private static final double UPWARDS = 24;

  /** Room beyond the first and the last power, so that points there are seen whole. */
  private static final double MARGIN = 0.25;

  /** From the least to the largest of these. */
  PowersAxis(String label, double base, DoubleStream... values) {
    super(label);
    setBase(base);
    DoubleSummaryStatistics all =
        Stream.of(values).flatMapToDouble(each -> each).summaryStatistics();
    double first = Math.floor(calculateLog(all.getMin()) + 1e-9);
    double last = Math.max(first + 1, Math.ceil(calculateLog(all.getMax()) - 1e-9));
    setRange(calculateValue(first - MARGIN), calculateValue(last + MARGIN));
    Style.apply(this);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
    boolean across = RectangleEdge.isTopOrBottom(edge);
    double fit = across ? area.getWidth() / ACROSS : area.getHeight() / UPWARDS;
    double first = Math.ceil(calculateLog(getLowerBound()));
    double last = Math.floor(calculateLog(getUpperBound()));
    double step = Math.max(1, Math.ceil((last - first + 1) / fit));
    TextAnchor place = across ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT;
    List<NumberTick> ticks = new ArrayList<>();
    for (double power = first; power <= last; power += step) {
      double value = calculateValue(power);
      ticks.add(new NumberTick(value, number(value), place, TextAnchor.CENTER, 0));
    }
    return ticks;
  }

  private static String number(double value) {
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.0fM", value / 1e6);
    }
    if (value >= 1e3) {
      return String.format(Locale.ROOT, "%.0fk", value / 1e3);
    }
    return String.format(Locale.ROOT, value >= 1 ? "%.0f" : "%.1g", value);
  }
}
