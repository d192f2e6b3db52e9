package io.sotto.server.compile.layouts;

import io.sotto.converter.linear.TileLayout;
import io.sotto.converter.moves.MoveFinder;

/** Puts numbers in the clear where a layout puts them, for the images of one group. */
record LayoutTables(TileLayout layout) {
  long[] uploads(int tile, long[] x, int images) {
    TileLayout.Shape shape = layout.shape();
    long[] polynomials = new long[shape.inputs() * shape.degree()];
    for (int i = 0; i < shape.inputs(); i++) {
      for (int place = 0; place < shape.span(); place++) {
        int element = layout.element((tile * shape.inputs() + i) * shape.span() + place);
        for (int image = 0; image < images && element != MoveFinder.NONE; image++) {
          polynomials[i * shape.degree() + image * shape.span() + place] =
              x[element * images + image];
        }
      }
    }
    return polynomials;
  }

  void read(int tile, long[] results, long[] y, int images) {
    TileLayout.Shape shape = layout.shape();
    for (int element = 0; element < y.length / images; element++) {
      int place = layout.place(element);
      int result = place / shape.span() - tile * shape.results();
      for (int image = 0; image < images && result >= 0 && result < shape.results(); image++) {
        y[element * images + image] =
            results[result * shape.degree() + image * shape.span() + place % shape.span()];
      }
    }
  }
}
