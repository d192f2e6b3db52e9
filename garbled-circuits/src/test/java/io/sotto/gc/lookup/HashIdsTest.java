package io.sotto.gc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.KernelsOfTests;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.garble.CircuitEvaluator;
import io.sotto.gc.garble.CircuitForm;
import io.sotto.gc.garble.CircuitGarbler;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.KernelForms;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.NotedKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.RandomBits;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.LookupPads;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * In a session of several runs of both forms, both sides hash the same number of labels under the
 * same ids, none under one that was used, and no fresh bit or public label is drawn twice.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HashIdsTest {
  private record Case(ShareFunction function, int instances) {}

  /** Equal widths, one window, smaller last chunks, several chunks, and surplus lanes. */
  private static List<Case> cases() {
    int chunk = new LookupSchedule(ShareFunction.relu(9, 16, 28), 1 << 20).largest();
    return List.of(
        new Case(ShareFunction.relu(9, 16, 28), 1),
        new Case(ShareFunction.relu(9, 16, 28), 2 * chunk + 257),
        new Case(ShareFunction.relu(9, 16, 28), 5 * chunk),
        new Case(ShareFunction.relu(0, 16, 16), chunk + 1),
        new Case(ShareFunction.relu(0, 2, 2), 300),
        new Case(ShareFunction.relu(3, 2, 62), 513),
        new Case(ShareFunction.value(9, 13, 13), 20_001),
        new Case(ShareFunction.value(1, 13, 13), 999),
        new Case(ShareFunction.value(9, 13, 20), 2000),
        new Case(ShareFunction.value(0, 13, 20), 1001),
        new Case(ShareFunction.relu(0, 62, 62), 2000),
        new Case(ShareFunction.relu(30, 31, 62), 1999));
  }

  /** What a side hashes: of each id how many labels, and what for. */
  private static final class Hashes implements NotedKernel.Notes {
    private final Map<Long, String> uses = new TreeMap<>();
    private final Map<Long, Set<Long>> counters = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private boolean open;

    @Override
    public void take(String function, Object[] arguments) {
      switch (function) {
        case "pads", "chosenPads" ->
            lookup((LookupPads.Transfers) arguments[0], (LookupWindow) arguments[1]);
        case "own" -> products((Products.Run) arguments[0]);
        case "take" -> products((Products.Run) arguments[0]);
        case "garble" -> gates((GateProgram) arguments[0], (int) arguments[1], (long) arguments[5]);
        case "evaluate" ->
            gates((GateProgram) arguments[0], (int) arguments[1], (long) arguments[4]);
        case "generate" ->
            generate((NativeBuffer) arguments[0], (long) arguments[1], (int) arguments[2]);
        default -> {}
      }
    }

    private void lookup(LookupPads.Transfers transfers, LookupWindow window) {
      int block = 0;
      for (int start = 0; start < transfers.size(); start += transfers.block(), block++) {
        int n = Math.min(transfers.block(), transfers.size() - start);
        long id = transfers.firstId() + (long) block * transfers.wires() + window.firstWire();
        for (int choice = 0; choice < window.choices(); choice++) {
          use(id + choice, n + " of a lookup, choice " + choice);
        }
      }
    }

    private void products(Products.Run run) {
      int block = 0;
      for (int start = 0; start < run.size(); start += run.block(), block++) {
        int n = Math.min(run.block(), run.size() - start);
        use(run.firstId() + block, n + " of a product modulo 2^" + run.width());
      }
    }

    private void gates(GateProgram program, int n, long firstId) {
      for (int id = 0; id < 2 * program.circuit().andCount(); id++) {
        use(firstId + id, n + " of a gate");
      }
    }

    private void use(long id, String what) {
      String before = uses.put(id, what);
      if (before != null) {
        wrong.add("id " + id + ": " + before + ", then " + what);
      }
    }

    /** After the setup fresh bits and public labels, under a key each. */
    private void generate(NativeBuffer key, long first, int count) {
      if (!open) {
        return;
      }
      Set<Long> used = counters.computeIfAbsent(key.longs().get(0), unused -> new HashSet<>());
      for (long counter = first; counter < first + count; counter++) {
        if (!used.add(counter)) {
          wrong.add("block " + counter + " of a stream again");
        }
      }
    }
  }

  @Test
  void bothSidesTakeTheSameIdsOnce() {
    long seed = new SecureRandom().nextLong();
    Hashes garblers = new Hashes();
    Hashes evaluators = new Hashes();
    TwoParties.run(
        channel -> {
          LabelKernel kernel = NotedKernel.over(KernelForms.fastest(), garblers);
          try (GarblerCorrelations garbler =
              KernelsOfTests.garbler(channel, new SecureRandom(), kernel, OtTrees.DEFAULT)) {
            garblers.open = true;
            runAll(
                seed,
                (test, shares, results) -> {
                  ShareFunction f = test.function();
                  LookupSide.compute(garbler, new LookupForm(f), test.instances(), shares, results);
                  CircuitGarbler.compute(
                      garbler, new CircuitForm(f), test.instances(), shares, results);
                });
          }
          return true;
        },
        channel -> {
          LabelKernel kernel = NotedKernel.over(KernelForms.fastest(), evaluators);
          try (EvaluatorCorrelations evaluator =
              KernelsOfTests.evaluator(channel, new SecureRandom(), kernel, OtTrees.DEFAULT)) {
            evaluators.open = true;
            runAll(
                ~seed,
                (test, shares, results) -> {
                  ShareFunction f = test.function();
                  LookupSide.compute(
                      evaluator, new LookupForm(f), test.instances(), shares, results);
                  CircuitEvaluator.compute(
                      evaluator, new CircuitForm(f), test.instances(), shares, results);
                });
          }
          return true;
        });
    assertThat(garblers.wrong).isEmpty();
    assertThat(evaluators.wrong).isEmpty();
    assertThat(garblers.uses).isEqualTo(evaluators.uses);
    long expected = 0;
    for (Case test : cases()) {
      ShareFunction f = test.function();
      LookupSchedule run = new LookupSchedule(f, test.instances());
      CircuitForm circuit = new CircuitForm(f);
      int ids = run.carryInto() < 0 ? 0 : 1;
      for (Role side : Role.values()) {
        ids += run.of(side).wires() + run.of(side).products().size();
      }
      ids += 2 * circuit.circuit().andCount() + circuit.circuit().outputs();
      ids += (f.isRelu() && f.isExtended() ? 1 : 0) + (f.isRelu() ? 1 : 0);
      expected += (test.instances() + 255L) / 256 * ids;
    }
    // Twice.
    assertThat(garblers.uses).hasSize(Math.toIntExact(2 * expected));
    assertThat(garblers.counters).hasSize(2);
  }

  /** One side of a run. */
  private interface OneSide {
    void run(Case test, NativeBuffer shares, NativeBuffer results);
  }

  private static void runAll(long seed, OneSide side) {
    Random random = new Random(seed);
    for (int round = 0; round < 2; round++) {
      for (Case test : cases()) {
        try (Scope scope = new Scope()) {
          side.run(
              test,
              scope.own(RandomBits.longs(random, test.instances(), test.function().shareBits())),
              scope.allocateLongs(test.instances()));
        }
      }
    }
  }
}
