package io.sotto.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreAsWideAsTheirLongestCell() {
    TextTable table = new TextTable("  ", "   ").left("step", "name").right("m");
    assertThat(table.row("linear", "a", "1").row("relu", "longer", "123").toString())
        .isEqualTo(
            """
              step     name       m
              linear   a          1
              relu     longer   123
            """);
  }

  @Test
  void headsWithSpacesWidenTheirColumns() {
    TextTable table = new TextTable("", " ").left("kind  ").right("   bytes").left("why");
    assertThat(table.row("input", "1,234", "").row("sum", "1", "so").toString())
        .isEqualTo(
            """
            kind      bytes why
            input     1,234
            sum           1 so
            """);
    assertThat(table.row("multiplied", "123,456,789", "").toString())
        .isEqualTo(
            """
            kind             bytes why
            input            1,234
            sum                  1 so
            multiplied 123,456,789
            """);
  }

  @Test
  void aRowHasACellForEachColumn() {
    TextTable table = new TextTable("", " ").left("kind").right("bytes");
    assertThatThrownBy(() -> table.row("linear"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells given for 2 columns");
  }
}
