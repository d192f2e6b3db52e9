package io.sotto.server.compile.layouts;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.layouts.Convolution.Group;
import io.sotto.server.compile.layouts.Convolution.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is no convolution in space is one of a single position. */
final class DenseMap {
  private DenseMap() {}

  /** Any map, as one position with a plane for each input. */
  static Convolution of(QuantizedMap map) {
    List<Plane> planes = new ArrayList<>();
    for (int i = 0; i < map.inputs(); i++) {
      planes.add(new Plane(i, 1, 1, 1, 1, 0, 0));
    }
    List<Group> groups = new ArrayList<>();
    int first = 0;
    for (QuantizedMap.Block block : map.blocks()) {
      groups.add(group(block, first));
      first += block.rows();
    }
    return new Convolution(1, 1, map.outputs(), 1, 1, planes, groups);
  }

  private static Group group(QuantizedMap.Block block, int first) {
    Map<Integer, Integer> places = new TreeMap<>();
    for (int ref : block.refs()) {
      if (ref != AffineMap.ZERO) {
        places.put(ref, 0);
      }
    }
    if (places.isEmpty()) {
      places.put(0, 0); // An output of zeros, as a product.
    }
    int[] planes = places.keySet().stream().mapToInt(Integer::intValue).toArray();
    for (int i = 0; i < planes.length; i++) {
      places.put(planes[i], i);
    }
    int[] weights = new int[block.rows() * planes.length];
    for (int k = 0; k < block.refs().length; k++) {
      Integer place = places.get(block.refs()[k]);
      for (int row = 0; place != null && row < block.rows(); row++) {
        weights[row * planes.length + place] += block.weights()[row * block.refs().length + k];
      }
    }
    int[] zeros = new int[planes.length];
    return new Group(first, block.rows(), planes, zeros, zeros, weights);
  }
}
