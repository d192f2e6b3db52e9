package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.BatchLayout;
import io.sotto.converter.linear.Layout;
import io.sotto.graph.Node;
import io.sotto.server.compile.layouts.LayoutPlanner.Choice;
import io.sotto.server.compile.layouts.LayoutSearch.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayoutSearchTest {
  private static final RingParameters RING = RingParameters.of(11, 54);
  private static final int BITS = 20;
  private static final int IMAGES = 3;

  @Test
  void everyBeatenLayoutHasOneThatBeatsIt() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      ConvolutionCase layer = ConvolutionCase.random(random);
      try (LinearMap integers = layer.map().integers()) {
        LayoutSearch search = search(layer, integers);
        List<Candidate> best = search.unbeaten();
        for (Candidate other : search.beaten()) {
          assertThat(best)
              .as("%s, %s, seed %d", layer, other, seed)
              .anyMatch(one -> one.work().within(other.work()));
        }
        for (Candidate one : best) {
          assertThat(best)
              .as("%s, seed %d", layer, seed)
              .noneMatch(other -> other != one && other.work().within(one.work()));
        }
      }
    }
  }

  @Test
  void hasTheBatchLayoutAndTilesThatCanBeMade() {
    Random random = new Random(3);
    ConvolutionCase layer = ConvolutionCase.random(random);
    try (LinearMap integers = layer.map().integers()) {
      LayoutSearch search = search(layer, integers);
      List<Candidate> all = new ArrayList<>(search.unbeaten());
      all.addAll(search.beaten());
      assertThat(all).hasSize(search.size());
      List<Layout> layouts = new ArrayList<>();
      for (Candidate each : all) {
        Choice choice = each.make(new WeightsMemory(0));
        layouts.add(choice.arrangements().get(0).layout());
        choice.maps().values().forEach(CiphertextMap::close);
      }
      assertThat(layouts).doesNotHaveDuplicates();
      assertThat(layouts).filteredOn(layout -> layout instanceof BatchLayout).hasSize(1);
    }
  }

  private static LayoutSearch search(ConvolutionCase layer, LinearMap integers) {
    LayerMap map =
        new LayerMap(layer.map(), new int[] {layer.map().inputs()}, new Node[] {null}, null);
    return new LayoutSearch(RING, map, integers, BITS, IMAGES);
  }
}
