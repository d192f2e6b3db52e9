package io.sotto.benchmarks.report;

import org.jfree.chart.JFreeChart;

/** A chart that a report shows. */
interface Picture {
  /** A name for a file. */
  String name();

  /** What it shows, in words. */
  String title();

  /** The height that suits it, in pixels. */
  int height();

  JFreeChart chart();
}
