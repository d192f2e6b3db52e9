package io.sotto.server.compile.operations;

import io.sotto.converter.maxpool.Pooling;
import io.sotto.graph.AvgPool;
import io.sotto.graph.ElementSources;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Window;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import io.sotto.server.compile.operations.Op.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Poolings: of largest numbers by comparing, of averages by adding, or as weights. */
record Pools(OperationsBuilder operations, WeightedInputs weights) {
  /**
   * The largest of each window, along rows first and then along columns; the value itself if each
   * window is one element.
   *
   * @param result a node in whose range the results lie
   */
  int largest(MaxPool node, Shape in, int value, Node result) {
    Window window = node.window();
    int height = node.shape().dim(0);
    int width = node.shape().dim(1);
    List<Pooling> poolings = new ArrayList<>();
    if (window.size().width() > 1 || width != in.dim(1)) {
      poolings.add(
          new Pooling(
              in.dim(0),
              in.dim(1),
              in.dim(2),
              window.size().width(),
              window.stride().width(),
              window.pads().left(),
              width));
    }
    if (window.size().height() > 1 || height != in.dim(0)) {
      poolings.add(
          new Pooling(
              1,
              in.dim(0),
              width * in.dim(2),
              window.size().height(),
              window.stride().height(),
              window.pads().top(),
              height));
    }
    return poolings.isEmpty()
        ? value
        : operations.add(
            new Op.MaxPool(node.name(), result, value, node.shape().elements(), poolings));
  }

  /** Sums of windows; what they are divided by is public, too, but goes into weights. */
  Expression average(AvgPool node, Node input, Expression inner) {
    Averages averages = Averages.of(node, input.shape());
    if (inner.weighted() != null) {
      return weights.apply(averages.map(), inner, input, node, List.of(), 0);
    }
    List<Term> terms = averages.terms(operations.realize(inner, input));
    int n = node.shape().elements();
    double share = averages.shares[0];
    int exponent = -Math.getExponent(share);
    if (Arrays.stream(averages.shares).allMatch(s -> s == share)
        && Math.scalb(1.0, -exponent) == share) {
      List<Term> scaled =
          terms.stream().map(t -> new Term(t.value(), 1, exponent, t.refs())).toList();
      return operations.expression(operations.realize(new Expression(n, scaled, null, null), node));
    }
    int sums = operations.realize(new Expression(n, terms, null, null), null);
    AffineMap divided = AffineMap.monomial(n, Expression.identity(n), averages.shares);
    return weights.apply(divided, operations.expression(sums), input, node, List.of(), 0);
  }

  /**
   * What windows add up, and what they multiply the sums by.
   *
   * @param refs for each place in a window, and each result, the element there
   * @param shares for each result one by the number of its elements
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  private record Averages(Shape in, List<int[]> refs, double[] shares) {
    static Averages of(AvgPool node, Shape in) {
      int n = node.shape().elements();
      List<int[]> refs = new ArrayList<>();
      for (int tap = 0; tap < node.window().size().height() * node.window().size().width(); tap++) {
        int[] none = new int[n];
        Arrays.fill(none, AffineMap.ZERO);
        refs.add(none);
      }
      double[] shares = new double[n];
      int element = 0;
      for (int row = 0; row < node.shape().dim(0); row++) {
        for (int column = 0; column < node.shape().dim(1); column++) {
          for (int channel = 0; channel < in.dim(2); channel++) {
            int[] sources = ElementSources.of(node.window(), in, row, column, channel);
            for (int tap = 0; tap < sources.length; tap++) {
              refs.get(tap)[element] = sources[tap];
            }
            shares[element++] = 1.0 / sources.length;
          }
        }
      }
      return new Averages(in, refs, shares);
    }

    /** The sums, each place of the windows a term. */
    List<Term> terms(int value) {
      return refs.stream()
          .filter(tap -> Arrays.stream(tap).anyMatch(ref -> ref != AffineMap.ZERO))
          .map(tap -> new Term(value, 1, 0, tap))
          .toList();
    }

    /** The averages as a map: a block for each position, a row for each channel. */
    AffineMap map() {
      int channels = in.dim(2);
      Map<Double, Matrix> matrices = new HashMap<>();
      List<AffineMap.Block> blocks = new ArrayList<>();
      for (int first = 0; first < shares.length; first += channels) {
        int[] places = new int[refs.size() * channels];
        for (int tap = 0; tap < refs.size(); tap++) {
          System.arraycopy(refs.get(tap), first, places, tap * channels, channels);
        }
        Matrix sums =
            matrices.computeIfAbsent(shares[first], share -> sums(refs.size(), channels, share));
        blocks.add(new AffineMap.Block(places, sums));
      }
      return AffineMap.of(in.elements(), blocks);
    }

    private static Matrix sums(int taps, int channels, double share) {
      double[] weights = new double[channels * taps * channels];
      for (int channel = 0; channel < channels; channel++) {
        for (int tap = 0; tap < taps; tap++) {
          weights[(channel * taps + tap) * channels + channel] = share;
        }
      }
      return new Matrix(channels, taps * channels, weights);
    }
  }
}
