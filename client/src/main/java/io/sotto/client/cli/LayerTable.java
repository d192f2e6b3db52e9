package io.sotto.client.cli;

import java.util.List;
import java.util.Locale;

/** The rows of a run as text, with a total. */
public final class LayerTable {
  private static final String TOTAL = "total";

  private LayerTable() {}

  /** Lines without a line end after the last. */
  public static String format(List<LayerRow> rows) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-8s %16s %10s %15s %15s %8s",
            "layer",
            "shape",
            "seconds",
            "bytes sent",
            "bytes received",
            "rounds"));
    for (LayerRow row : rows) {
      append(text, row);
    }
    append(text, total(rows));
    return text.toString();
  }

  /** The sums of all rows. */
  public static LayerRow total(List<LayerRow> rows) {
    return rows.stream().reduce(new LayerRow(TOTAL, "", 0, 0, 0, 0), LayerRow::plus);
  }

  private static void append(StringBuilder text, LayerRow row) {
    text.append('\n')
        .append(
            String.format(
                Locale.ROOT,
                "%-8s %16s %10.3f %,15d %,15d %8d",
                row.kind(),
                row.shape(),
                row.seconds(),
                row.bytesSent(),
                row.bytesReceived(),
                row.rounds()));
  }
}
