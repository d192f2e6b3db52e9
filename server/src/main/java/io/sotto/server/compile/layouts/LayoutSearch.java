package io.sotto.server.compile.layouts;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.BatchLayout;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.linear.TileLayout;
import io.sotto.server.compile.layouts.LayoutPlanner.Choice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layouts that a layer may have for batches of one size, to hold what {@link LayoutPlanner}
 * chooses by costs against what is the fastest by the clock.
 */
public final class LayoutSearch {
  private final RingParameters ring;
  private final LinearMap integers;
  private final Convolution map;
  private final List<Candidate> unbeaten = new ArrayList<>();
  private final List<Candidate> beaten = new ArrayList<>();

  /** A layout that isn't made yet. */
  public final class Candidate {
    private final @Nullable Tile tile;
    private final LayoutWork work;

    private Candidate(@Nullable Tile tile, LayoutWork work) {
      this.tile = tile;
      this.work = work;
    }

    /** What it takes. */
    public LayoutWork work() {
      return work;
    }

    /** Makes it, for batches of any size. */
    public Choice make(WeightsMemory memory) {
      if (tile == null) {
        BatchLayout batch = new BatchLayout(ring, integers.inputs(), integers.outputs());
        return new Choice(List.of(new Arrangement(1, batch)), Map.of());
      }
      TileBuilder builder = new TileBuilder(map, tile, ring.degree());
      TileLayout layout = builder.layout(integers.inputs());
      return new Choice(List.of(new Arrangement(1, layout)), Map.of(layout, builder.map(memory)));
    }

    @Override
    public String toString() {
      return tile == null ? "batch" : tile.toString();
    }
  }

  public LayoutSearch(
      RingParameters ring, LayerMap layer, LinearMap integers, int wideBits, int images) {
    this.ring = ring;
    this.integers = integers;
    this.map = layer.convolution(Long.MAX_VALUE).orElseThrow();
    List<Candidate> all = new ArrayList<>();
    all.add(new Candidate(null, LayoutCounter.ofBatch(ring, integers, images)));
    LayoutCounter counter = new LayoutCounter(ring, map, integers, wideBits);
    for (Tile tile : TileChoices.all(map, images, ring.degree())) {
      if (counter.isExact(tile)) {
        all.add(new Candidate(tile, counter.of(tile, images)));
      }
    }
    sift(all);
  }

  private void sift(List<Candidate> all) {
    all.sort(Comparator.comparing(Candidate::work, LayoutWork.ORDER));
    for (Candidate candidate : all) {
      boolean isBeaten = unbeaten.stream().anyMatch(other -> other.work.within(candidate.work));
      (isBeaten ? beaten : unbeaten).add(candidate);
    }
  }

  /** Those of which no other one takes less of anything and no more of all else. */
  public List<Candidate> unbeaten() {
    return Collections.unmodifiableList(unbeaten);
  }

  /** The others, which should be slower. */
  public List<Candidate> beaten() {
    return Collections.unmodifiableList(beaten);
  }

  /** How many layouts there are. */
  public int size() {
    return unbeaten.size() + beaten.size();
  }
}
