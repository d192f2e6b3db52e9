package io.sotto.server.compile.layouts;

import io.sotto.graph.Node;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.layouts.ConvolutionFinder.Grid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer's weights, and what is known of the shapes around it.
 *
 * @param inputs elements of each value that it takes
 * @param inputNodes whose results those are, or each of their equal parts; null where none is
 * @param result whose result the layer's is; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record LayerMap(
    QuantizedMap weights, int[] inputs, @Nullable Node[] inputNodes, @Nullable Node result) {
  /** The convolution that it is, or a dense map if that has no more multiplications than so. */
  Optional<Convolution> convolution(long mostDense) {
    for (Grid output : outputs()) {
      List<List<Grid>> candidates = new ArrayList<>();
      for (int i = 0; i < inputs.length; i++) {
        int parts = parts(inputs[i], inputNodes[i]);
        List<Grid> shapes = grids(inputs[i] / parts, inputNodes[i], output);
        candidates.addAll(Collections.nCopies(parts, shapes));
      }
      if (output.rows() * output.columns() > 1) {
        Optional<Convolution> found = ConvolutionFinder.find(weights, candidates, output);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    long dense = (long) weights.inputs() * weights.outputs();
    return dense <= mostDense ? Optional.of(DenseMap.of(weights)) : Optional.empty();
  }

  /** Shapes that the output may have; a sum that no node has, has its inputs' positions. */
  private Set<Grid> outputs() {
    Set<Grid> shapes = new LinkedHashSet<>();
    if (result == null) {
      for (Node node : inputNodes) {
        if (node != null) {
          Grid like = grids(node.shape().elements(), node, null).get(0);
          shapes.addAll(grids(weights.outputs(), null, like));
        }
      }
    }
    shapes.addAll(grids(weights.outputs(), result, null));
    return shapes;
  }

  /** The relus of a value and of its negative are one value of two parts. */
  private static int parts(int elements, @Nullable Node node) {
    int whole = node == null ? elements : node.shape().elements();
    return elements % whole == 0 ? elements / whole : 1;
  }

  /** Shapes that so many elements may have, the likeliest first. */
  private static List<Grid> grids(int elements, @Nullable Node node, @Nullable Grid like) {
    List<Grid> grids = new ArrayList<>();
    if (node != null && node.shape().elements() == elements) {
      int rank = node.shape().rank();
      if (rank == 3) {
        grids.add(new Grid(node.shape().dim(0), node.shape().dim(1), node.shape().dim(2)));
      } else if (rank == 2) {
        grids.add(new Grid(1, node.shape().dim(0), node.shape().dim(1)));
      }
    }
    if (like != null && elements % (like.rows() * like.columns()) == 0) {
      int positions = like.rows() * like.columns();
      grids.add(new Grid(like.rows(), like.columns(), elements / positions));
    }
    grids.add(new Grid(1, 1, elements));
    return grids.stream().distinct().toList();
  }
}
