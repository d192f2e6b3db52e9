package io.sotto.client.cli;

import io.sotto.data.TextTable;
import java.util.List;
import java.util.Locale;

/** The rows of a run as text, with a total. */
public final class LayerTable {
  private LayerTable() {}

  /** With a line end after each line. */
  public static String format(List<LayerRow> rows) {
    TextTable table =
        new TextTable("", " ")
            .left("layer   ")
            .right("           shape", "   seconds")
            .right("     bytes sent", " bytes received", "  rounds");
    rows.forEach(row -> append(table, row));
    append(table, rows.stream().reduce(new LayerRow("total", "", 0, 0, 0, 0, ""), LayerRow::plus));
    return table.toString();
  }

  private static void append(TextTable table, LayerRow row) {
    table.row(
        row.kind(),
        row.shape(),
        String.format(Locale.ROOT, "%.3f", row.seconds()),
        String.format(Locale.ROOT, "%,d", row.bytesSent()),
        String.format(Locale.ROOT, "%,d", row.bytesReceived()),
        Long.toString(row.rounds()));
  }
}
