package io.sotto.server.compile.steps;

import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.server.compile.formats.Formats;
import io.sotto.server.compile.formats.ValueFormat;

/** How steps take the shares of values, which are in half cells or exact. */
record TakenShares(Formats formats) {
  /** As a step that drops bits takes them. */
  ShareFormat toDrop(int value) {
    ValueFormat format = formats.of(value);
    return inHalfCells(value)
        ? new HalfCellFormat(
            format.elements(),
            format.bits() + formats.halfCells().dropped(value),
            formats.halfCells().productFraction(value))
        : format.own();
  }

  /** As a sum takes them: in half cells as wide as the sum, or all of what is exact. */
  ShareFormat toAdd(int value, ShareFormat sum) {
    return inHalfCells(value)
        ? new HalfCellFormat(formats.of(value).elements(), sum.bits(), sum.fraction())
        : formats.of(value).whole();
  }

  /** Their fraction bits: the products' in half cells, the value's own otherwise. */
  int fraction(int value) {
    return inHalfCells(value)
        ? formats.halfCells().productFraction(value)
        : formats.of(value).fraction();
  }

  private boolean inHalfCells(int value) {
    return formats.halfCells().contains(value);
  }
}
