package io.sotto.server.compile.formats;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The widths of all shares: from the last value to the first, each gets what the steps which take
 * it need. A linear layer needs the bits of its products, a sum and a pooling what their result
 * needs, a comparison m.
 *
 * @param values the formats, as wide as they need to be
 * @param linear by value, likewise
 */
record Widths(List<ValueFormat> values, Map<Integer, LinearFormat> linear) {
  /** More than the smaller rings take isn't worth it for wider results. */
  private static final int MAX_WIDENED_BITS = 32;

  static Widths of(Operations operations, Formats formats) {
    Backwards backwards = new Backwards(formats);
    for (int value = operations.count() - 1; value >= 0; value--) {
      Op op = operations.of(value);
      backwards.value = value;
      op.accept(backwards).forEach((input, width) -> backwards.demand(input, width, op.name()));
    }
    return new Widths(List.copyOf(backwards.values), Map.copyOf(backwards.linear));
  }

  /** What an operation needs of each of its inputs, where later ones have had their say. */
  private static final class Backwards implements Op.Visitor<Map<Integer, Integer>> {
    private final Formats formats;
    private final List<ValueFormat> values;
    private final Map<Integer, LinearFormat> linear;
    private int value;

    Backwards(Formats formats) {
      this.formats = formats;
      this.values = new ArrayList<>(formats.values());
      this.linear = new HashMap<>(formats.linear());
    }

    private void demand(int input, int width, String by) {
      ValueFormat format = values.get(input);
      if (width > ExactFormat.MAX_BITS) {
        throw new CompileException(
            "%s needs shares of %d bits; allowed are %d; lower the fractions"
                .formatted(by, width, ExactFormat.MAX_BITS));
      }
      if (width > format.width()) {
        values.set(input, format.withWidth(width));
      }
    }

    private ValueFormat result() {
      return values.get(value);
    }

    private static Map<Integer, Integer> each(List<Integer> inputs, int width) {
      Map<Integer, Integer> widths = new HashMap<>();
      inputs.forEach(input -> widths.put(input, width));
      return widths;
    }

    @Override
    public Map<Integer, Integer> visit(Op.Input input) {
      return Map.of();
    }

    @Override
    public Map<Integer, Integer> visit(Op.Linear layer) {
      LinearFormat products = formats.linear(value);
      int width = result().width();
      // Exact shares can be extended when they are truncated, at the price of a comparison.
      int wide = width + products.dropped();
      boolean widens =
          formats.halfCells().contains(value)
              || (wide <= MAX_WIDENED_BITS && products.weights().fits(wide));
      LinearFormat wider = widens ? products.withWidth(width) : products;
      if (wider.wideBits() > LinearFormatPlanner.MAX_PRODUCT_BITS) {
        throw new CompileException(
            "the products of %s need %d bits; allowed are %d; calibrate the model, or lower the fractions"
                .formatted(layer.name(), wider.wideBits(), LinearFormatPlanner.MAX_PRODUCT_BITS));
      }
      linear.put(value, wider);
      return each(layer.inputs(), wider.wideBits());
    }

    @Override
    public Map<Integer, Integer> visit(Op.Combine sum) {
      ValueFormat result = result();
      Map<Integer, Integer> widths = new HashMap<>();
      for (Term term : sum.terms()) {
        int shift = result.fraction() - values.get(term.value()).fraction() - term.exponent();
        widths.merge(term.value(), result.width() - shift, Math::max);
      }
      return widths;
    }

    @Override
    public Map<Integer, Integer> visit(Op.Relu relu) {
      // It reads just its input's bits.
      return Map.of();
    }

    @Override
    public Map<Integer, Integer> visit(Op.Widen widen) {
      return Map.of(widen.input(), result().bits());
    }

    @Override
    public Map<Integer, Integer> visit(Op.Round round) {
      int dropped = values.get(round.input()).fraction() - result().fraction();
      return Map.of(round.input(), result().widthBefore(dropped));
    }

    @Override
    public Map<Integer, Integer> visit(Op.MaxPool pool) {
      int wider = Math.max(result().width(), formats.compared().getOrDefault(value, 0));
      values.set(value, result().withWidth(wider));
      return Map.of(pool.input(), wider);
    }

    @Override
    public Map<Integer, Integer> visit(Op.Multiply product) {
      // Its factors are as wide as all of it.
      int dropped = formats.productFraction(product) - result().fraction();
      return each(product.inputs(), result().widthBefore(dropped));
    }

    @Override
    public Map<Integer, Integer> visit(Op.ArgMax argMax) {
      return Map.of(argMax.input(), values.get(argMax.input()).bits() + 1);
    }
  }
}
