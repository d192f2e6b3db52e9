package io.sotto.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Text in aligned columns, each as wide as its longest cell; spaces in its head widen a column. */
public final class TextTable {
  private final String indent;
  private final String gap;
  private final BitSet left = new BitSet();
  private final List<String> heads = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** With this before each line and that between columns. */
  public TextTable(String indent, String gap) {
    this.indent = indent;
    this.gap = gap;
    rows.add(heads);
  }

  /** Further columns whose cells begin below each other. */
  public TextTable left(String... more) {
    left.set(heads.size(), heads.size() + more.length);
    return right(more);
  }

  /** Further columns whose cells end below each other, as numbers do. */
  public TextTable right(String... more) {
    heads.addAll(List.of(more));
    return this;
  }

  public TextTable row(String... cells) {
    if (cells.length != heads.size()) {
      throw new IllegalArgumentException(
          "%d cells given for %d columns".formatted(cells.length, heads.size()));
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The heads and the rows, a line each, all with a line end. */
  @Override
  public String toString() {
    int[] widths = new int[heads.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? indent : gap);
        line.append(left.get(i) ? row.get(i) + padding : padding + row.get(i));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
