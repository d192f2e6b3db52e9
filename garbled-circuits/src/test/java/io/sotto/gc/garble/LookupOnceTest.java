package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.RandomBits;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.NativeBuffer;
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
 * In a session of several runs of lookups, both sides hash the same number of labels under the same
 * ids, none under one that was used, and no fresh bit is drawn twice.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class LookupOnceTest {
  private record Case(ShareRelu relu, int instances) {}

  /** Equal widths, one window, smaller last chunks, several chunks, and surplus lanes. */
  private static List<Case> cases() {
    int chunk = new LookupRelu(new ShareRelu(16, 28)).run(1 << 20).largest();
    return List.of(
        new Case(new ShareRelu(16, 28), 1),
        new Case(new ShareRelu(16, 28), 2 * chunk + 257),
        new Case(new ShareRelu(16, 28), 5 * chunk),
        new Case(new ShareRelu(16, 16), chunk + 1),
        new Case(new ShareRelu(2, 2), 300),
        new Case(new ShareRelu(2, 62), 513),
        new Case(new ShareRelu(16, 14, 28), 70_001),
        new Case(new ShareRelu(62, 62), 2000),
        new Case(new ShareRelu(61, 62), 1999));
  }

  /** What a side hashes: of each id how many labels, and what for. */
  private static final class Hashes implements NotedKernel.Notes {
    private final Map<Long, String> uses = new TreeMap<>();
    private final Set<Long> counters = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private boolean open;

    @Override
    public void take(String function, Object[] arguments) {
      switch (function) {
        case "pads", "chosenPads" ->
            lookup((LookupKernel.Transfers) arguments[0], (LookupWindow) arguments[1]);
        case "own" -> products((ProductKernel.Run) arguments[0]);
        case "take" -> products((ProductKernel.Run) arguments[0]);
        case "generate" -> generate((long) arguments[1], (int) arguments[2]);
        default -> {}
      }
    }

    private void lookup(LookupKernel.Transfers transfers, LookupWindow window) {
      int block = 0;
      for (int start = 0; start < transfers.size(); start += transfers.block(), block++) {
        int n = Math.min(transfers.block(), transfers.size() - start);
        long id = transfers.firstId() + (long) block * transfers.wires() + window.firstWire();
        for (int choice = 0; choice < window.choices(); choice++) {
          use(id + choice, n + " of a lookup, choice " + choice);
        }
      }
    }

    private void products(ProductKernel.Run run) {
      int block = 0;
      for (int start = 0; start < run.size(); start += run.block(), block++) {
        int n = Math.min(run.block(), run.size() - start);
        use(run.firstId() + block, n + " of a product modulo 2^" + run.width());
      }
    }

    private void use(long id, String what) {
      String before = uses.put(id, what);
      if (before != null) {
        wrong.add("id " + id + ": " + before + ", then " + what);
      }
    }

    /** After the setup only fresh bits are generated, under one key. */
    private void generate(long first, int count) {
      for (long counter = first; open && counter < first + count; counter++) {
        if (!counters.add(counter)) {
          wrong.add("fresh bits " + counter + " again");
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
          LabelKernel kernel = NotedKernel.over(LabelKernel.fastest(), garblers);
          try (Garbler garbler =
              Garbler.open(channel, new SecureRandom(), kernel, OtTrees.DEFAULT)) {
            garblers.open = true;
            runAll(
                seed,
                (test, shares, results) ->
                    garbler.relu(new LookupRelu(test.relu()), test.instances(), shares, results));
          }
          return true;
        },
        channel -> {
          LabelKernel kernel = NotedKernel.over(LabelKernel.fastest(), evaluators);
          try (Evaluator evaluator =
              Evaluator.open(channel, new SecureRandom(), kernel, OtTrees.DEFAULT)) {
            evaluators.open = true;
            runAll(
                ~seed,
                (test, shares, results) ->
                    evaluator.relu(new LookupRelu(test.relu()), test.instances(), shares, results));
          }
          return true;
        });
    assertThat(garblers.wrong).isEmpty();
    assertThat(evaluators.wrong).isEmpty();
    assertThat(garblers.uses).isEqualTo(evaluators.uses);
    long expected = 0;
    for (Case test : cases()) {
      LookupRelu.Run run = new LookupRelu(test.relu()).run(test.instances());
      int products = test.relu().wideBits() > test.relu().bits() ? 3 : 2;
      expected += (test.instances() + 255L) / 256 * (run.wires() + products);
    }
    // Twice.
    assertThat(garblers.uses).hasSize(Math.toIntExact(2 * expected));
    assertThat(garblers.counters).isNotEmpty();
  }

  /** One side of a run. */
  private interface Side {
    void run(Case test, NativeBuffer shares, NativeBuffer results);
  }

  private static void runAll(long seed, Side side) {
    Random random = new Random(seed);
    for (int round = 0; round < 2; round++) {
      for (Case test : cases()) {
        try (Scope scope = new Scope()) {
          side.run(
              test,
              scope.own(RandomBits.longs(random, test.instances(), test.relu().bits())),
              scope.allocateLongs(test.instances()));
        }
      }
    }
  }
}
