package io.sotto.server.calibrate;

import io.sotto.server.calibrate.FloatReference.Deviation;
import io.sotto.server.calibrate.FormatTrials.Candidate;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * What each choice's bits are worth, and cost: by how much the outputs' mean square error grows,
 * and how many bytes less an image takes, when the choice alone is made coarser. Errors of
 * different choices are taken to be independent, each growing fourfold with a bit less.
 */
final class BitPrices {
  /** The coarsest and the finest formats, against the generous ones. */
  static final int COARSEST = -9;

  static final int FINEST = 4;

  /** By how many bits each choice is made coarser to see what they are worth. */
  private static final int PROBE_BITS = 4;

  /** The images that each is tried on, and the multiplications that it takes at most. */
  private static final int PROBE_IMAGES = 32;

  private static final long PROBE = 1_000_000_000L;

  /** What a choice's error adds to the outputs' mean square, at the generous formats. */
  private final double[] errors;

  /** Bytes an image that a bit of each choice takes. */
  private final double[] costs;

  private BitPrices(int choices) {
    this.errors = new double[choices];
    this.costs = new double[choices];
  }

  /** Measures so many choices, each against generous formats. */
  static BitPrices measure(
      int choices, FormatTrials trials, Candidate generous, Workers workers, Progress progress) {
    BitPrices prices = new BitPrices(choices);
    int images = (int) Math.max(1, Math.min(PROBE_IMAGES, PROBE / trials.multiplications()));
    Deviation fine;
    try (CompiledModel model = trials.compiled(generous.more())) {
      fine = trials.onFirst(model, images);
    }
    int wave = 2 * Runtime.getRuntime().availableProcessors();
    for (int first = 0; first < choices; first += wave) {
      progress.at("measuring layers", first, choices);
      List<Callable<double[]>> probes = new ArrayList<>();
      int end = Math.min(choices, first + wave);
      for (int choice = first; choice < end; choice++) {
        int[] coarser = generous.more().clone();
        coarser[choice] -= PROBE_BITS;
        probes.add(() -> probed(trials, coarser, images, generous.bytes(), fine));
      }
      List<double[]> results = workers.all(probes);
      for (int choice = first; choice < end; choice++) {
        prices.errors[choice] = results.get(choice - first)[0];
        prices.costs[choice] = results.get(choice - first)[1];
      }
    }
    progress.at("measuring layers", choices, choices);
    double sum = Arrays.stream(prices.errors).sum();
    for (int choice = 0; choice < choices; choice++) {
      // What seems to be of no effect may have a little.
      double least = Math.max(sum, 1e-12) * 1e-4 / choices;
      prices.errors[choice] = Math.max(prices.errors[choice], least);
    }
    return prices;
  }

  private static double[] probed(
      FormatTrials trials, int[] coarser, int images, double bytes, Deviation fine) {
    try (CompiledModel model = trials.compiled(coarser)) {
      double more = trials.onFirst(model, images).meanSquare() - fine.meanSquare();
      return new double[] {
        Math.max(0, more) / (Math.scalb(1.0, 2 * PROBE_BITS) - 1),
        (bytes - model.bytesPerImage()) / PROBE_BITS
      };
    } catch (CompileException e) {
      return new double[] {fine.meanSquare(), 0};
    }
  }

  /** What is known of choices that nobody measured. */
  static BitPrices none(int choices) {
    return new BitPrices(choices);
  }

  /** What a choice's error adds to the outputs' mean square with so many bits more. */
  double error(int[] more, int choice) {
    return errors[choice] * Math.scalb(1.0, -2 * more[choice]);
  }

  /** Bytes an image that a bit of a choice takes; 0 for what costs nothing. */
  double cost(int choice) {
    return costs[choice];
  }

  /** The choices that cost something. */
  List<Integer> costly() {
    return IntStream.range(0, costs.length).filter(choice -> costs[choice] > 0).boxed().toList();
  }

  /** The next bit: the one that is worth most for its bytes; -1 if there is none. */
  int next(int[] more, int... but) {
    int best = -1;
    double most = 0;
    for (int choice : costly()) {
      boolean may = Arrays.stream(but).noneMatch(other -> other == choice);
      double worth = error(more, choice) / costs[choice];
      if (may && more[choice] < FINEST && worth > most) {
        most = worth;
        best = choice;
      }
    }
    return best;
  }
}
