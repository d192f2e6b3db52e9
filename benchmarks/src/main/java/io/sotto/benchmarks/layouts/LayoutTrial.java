package io.sotto.benchmarks.layouts;

import io.sotto.benchmarks.Spread;
import io.sotto.benchmarks.layouts.TrialResult.Final;
import io.sotto.benchmarks.layouts.TrialResult.Timed;
import io.sotto.channel.Channel;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.server.compile.layouts.LayerMap;
import io.sotto.server.compile.layouts.LayoutMeans;
import io.sotto.server.compile.layouts.LayoutPlanner;
import io.sotto.server.compile.layouts.LayoutSearch;
import io.sotto.server.compile.layouts.LayoutSearch.Candidate;
import io.sotto.server.compile.layouts.UnitCosts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * One layer in the layouts that it may have, by the clock: first each for itself, then the fastest
 * in turn with the planner's choice.
 */
final class LayoutTrial implements AutoCloseable {
  private static final int WIDE_BITS = 22;

  /** Rings have room for the square of this many channels in a result. */
  private static final int SHARED = 8;

  /** Layouts that cost so many times more than the cheapest aren't timed. */
  private static final double FAR = 6;

  /** Layouts that others beat in everything, to see whether that is so. */
  private static final int BEATEN = 6;

  /** A layout that takes so many times longer than the best isn't timed again. */
  private static final double HOPELESS = 2.5;

  private static final int FEWEST_RUNS = 5;
  private static final double ENOUGH_SECONDS = 0.02;
  private static final double MOST_SECONDS = 0.5;
  private static final int FINALISTS = 4;
  private static final double FINAL_SECONDS = 1.5;

  private final LayerCase layer;
  private final LayerMap map;
  private final LinearMap integers;
  private final LinearSpec batch;
  private final StepPair parties;
  private final long weightsMemory;

  /**
   * @param weightsMemory bytes for weights that stay ready between batches
   */
  LayoutTrial(LayerCase layer, long weightsMemory, Channel server, Channel client) {
    this.layer = layer;
    this.weightsMemory = weightsMemory;
    this.map = layer.map();
    this.integers = map.weights().integers();
    RingParameters ring = ring(integers);
    this.batch =
        new LinearSpec(
            new ExactFormat(integers.inputs(), WIDE_BITS, 0),
            new HalfCellFormat(integers.outputs(), WIDE_BITS, 0),
            ring,
            ring.maxShortBits());
    this.parties = new StepPair(server, client, batch, layer.images());
  }

  private static RingParameters ring(LinearMap map) {
    return ParameterPlanner.rings().stream()
        .filter(
            ring ->
                ParameterPlanner.in(ring, WIDE_BITS, map.maxL1Norm(), SHARED * map.maxL2Norm())
                    .isPresent())
        .findFirst()
        .orElseThrow();
  }

  TrialResult run() {
    LayoutSearch search = new LayoutSearch(batch.ring(), map, integers, WIDE_BITS, layer.images());
    List<Candidate> candidates = candidates(search);
    List<Timed> timed = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (Candidate candidate : candidates) {
      try (TrialStep step = step(candidate)) {
        Spread micros = time(step, least);
        timed.add(new Timed(candidate, cost(candidate), micros));
        least = Math.min(least, micros.median());
      }
    }
    timed.sort(Comparator.comparing(each -> each.micros().median()));
    return finals(search.size(), timed);
  }

  /** Those that may be the fastest, and a few others, the likeliest first. */
  private List<Candidate> candidates(LayoutSearch search) {
    double most = FAR * search.unbeaten().stream().mapToDouble(this::cost).min().orElseThrow();
    List<Candidate> candidates = new ArrayList<>(near(search.unbeaten(), most));
    List<Candidate> others = near(search.beaten(), most);
    Collections.shuffle(others, new Random(0));
    candidates.addAll(others.subList(0, Math.min(BEATEN, others.size())));
    candidates.sort(Comparator.comparing(this::cost));
    return candidates;
  }

  private List<Candidate> near(List<Candidate> candidates, double most) {
    return new ArrayList<>(candidates.stream().filter(each -> cost(each) <= most).toList());
  }

  private double cost(Candidate candidate) {
    return candidate.work().cost(UnitCosts.DEFAULT, weightsMemory);
  }

  private TrialStep step(Candidate candidate) {
    return TrialStep.of(
        batch, integers, candidate.make(new WeightsMemory(weightsMemory)), layer.images());
  }

  private TrialStep planned() {
    LayoutMeans means = new LayoutMeans(UnitCosts.DEFAULT, new WeightsMemory(weightsMemory));
    LayoutPlanner planner = new LayoutPlanner(batch.ring(), means, 1);
    return TrialStep.of(batch, integers, planner.plan(map, integers, WIDE_BITS), layer.images());
  }

  /** The first run makes weights ready. */
  private Spread time(TrialStep step, double least) {
    parties.seconds(step.server());
    List<Double> micros = new ArrayList<>();
    double sum = 0;
    do {
      double seconds = parties.seconds(step.server());
      sum += seconds;
      micros.add(1e6 * seconds);
    } while (micros.get(0) < HOPELESS * least
        && (sum < ENOUGH_SECONDS || micros.size() < FEWEST_RUNS)
        && sum < MOST_SECONDS);
    return spread(micros);
  }

  private static Spread spread(List<Double> micros) {
    return Spread.of(micros.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private TrialResult finals(int layouts, List<Timed> timed) {
    List<TrialStep> steps = new ArrayList<>();
    try {
      steps.add(planned());
      for (Timed each : timed.subList(0, Math.min(FINALISTS, timed.size()))) {
        TrialStep step = step(each.candidate());
        boolean isNew = steps.stream().noneMatch(known -> known.layout().equals(step.layout()));
        if (isNew) {
          steps.add(step);
        } else {
          step.close();
        }
      }
      List<Final> finals = inTurn(steps);
      Final best =
          finals.stream().min(Comparator.comparing(each -> each.micros().median())).orElseThrow();
      return new TrialResult(layer, layouts, timed, finals.get(0), best);
    } finally {
      steps.forEach(TrialStep::close);
    }
  }

  private List<Final> inTurn(List<TrialStep> steps) {
    List<List<Double>> micros = new ArrayList<>();
    for (TrialStep step : steps) {
      parties.seconds(step.server());
      micros.add(new ArrayList<>());
    }
    long start = System.nanoTime();
    do {
      for (int i = 0; i < steps.size(); i++) {
        micros.get(i).add(1e6 * parties.seconds(steps.get(i).server()));
      }
    } while (micros.get(0).size() < FEWEST_RUNS
        || (System.nanoTime() - start) / 1e9 < FINAL_SECONDS);
    List<Final> finals = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      finals.add(new Final(steps.get(i).layout(), spread(micros.get(i))));
    }
    return finals;
  }

  @Override
  public void close() {
    parties.close();
    integers.close();
  }
}
