package io.sotto.gc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.KernelsOfTests;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.CarryFactors;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.KernelForms;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.NotedKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the two sides of lookups see, over many instances of the same shares: each bit is as often
 * one as zero, whatever the shares are, and so is the sum of any two bits of an instance.
 */
@ExtendWith(LeakCheck.class)
@Timeout(240)
class LookupViewTest {
  /** Instances of a run: whole blocks, and one chunk, so that all runs do the same in turn. */
  private static final int SIZE = 2048;

  private static final int RUNS = 10;
  private static final int COUNT = RUNS * SIZE;

  /** Deviations that even a million sums are within. */
  private static final double BOUND = 7 * Math.sqrt(COUNT);

  /** What one side sees of its instances: columns of bits. */
  private static final class View implements NotedKernel.Notes {
    private final Map<String, long[]> columns = new LinkedHashMap<>();
    private final Role side;
    private final LookupSchedule run;
    private final boolean withoutFreshBits;
    private int first = -SIZE;
    private int calls;
    private String before = "";

    View(Role side, ShareFunction function, boolean withoutFreshBits) {
      this.side = side;
      this.run = new LookupSchedule(function, SIZE);
      this.withoutFreshBits = withoutFreshBits;
    }

    /** Of the setup nothing is noted. */
    void beginRun() {
      first += SIZE;
      calls = 0;
    }

    @Override
    public void take(String function, Object[] arguments) {
      if (first < 0) {
        return;
      }
      calls++;
      switch (function) {
        case "generate" -> {
          if (withoutFreshBits) {
            ((NativeBuffer) arguments[3]).wipe();
          }
        }
        case "treesSender" -> request((int) arguments[5], (NativeBuffer) arguments[6]);
        case "entries" -> entries((LookupWindow) arguments[0], arguments);
        case "take" ->
            numbers(
                "correction of call " + calls,
                ((Products.Run) arguments[0]).width(),
                (NativeBuffer) arguments[3]);
        case "own" -> {
          // Of the sign with this side's part, after d was added to this side's bit of the sign.
          if (before.equals("parts") && side == run.last()) {
            row("sign + d", ((NativeBuffer) arguments[3]).bytes());
          }
        }
        default -> {}
      }
      before = function;
    }

    /** The first two rows of a request, transfer by transfer. */
    private void request(int groups, NativeBuffer request) {
      int wires = run.of(side).wires();
      int transfers = run.of(side).transfers(1) / LabelKernel.lanes(1);
      ByteBuffer bytes = request.bytes();
      for (int transfer = 0; transfer < transfers; transfer++) {
        for (int row = 0; row < 2; row++) {
          long[] column = column("request of transfer " + transfer + ", row " + row);
          for (int i = 0; i < SIZE; i++) {
            int block = i / HashBlocks.LARGEST;
            int at =
                transfer < wires
                    ? (block * wires + transfer) * HashBlocks.LARGEST + i % HashBlocks.LARGEST
                    : transfer * SIZE + i;
            note(column, i, bytes.get(row * groups * LabelKernel.LABEL_BYTES + at / 8) >>> at % 8);
          }
        }
      }
    }

    /**
     * The entry of a table that this side may open, its bit of the carry; and what the other ones
     * are with its hashes for pads, by the choices in which they differ from that.
     */
    private void entries(LookupWindow window, Object[] arguments) {
      LongBuffer shares = ((NativeBuffer) arguments[2]).longs();
      ByteBuffer choices = ((NativeBuffer) arguments[3]).bytes();
      LongBuffer pads = ((NativeBuffer) arguments[4]).longs();
      LongBuffer tables = ((NativeBuffer) arguments[5]).longs();
      String name = "window at " + window.firstBit();
      row(name, ((NativeBuffer) arguments[6]).bytes());
      for (int entry = 1; entry < window.entries(); entry++) {
        long[] column = column(name + ", other entry " + entry);
        for (int i = 0; i < SIZE; i++) {
          long chosen = shares.get(i) >>> window.firstBit() & ((1L << window.bits()) - 1);
          if (window.carries()) {
            chosen |= (choices.get(i / 8) >> i % 8 & 1L) << window.bits();
          }
          note(column, i, (pads.get(i) ^ tables.get(i)) >>> (chosen ^ entry));
        }
      }
    }

    void numbers(String name, int bits, NativeBuffer numbers) {
      LongBuffer words = numbers.longs();
      for (int bit = 0; bit < bits; bit++) {
        long[] column = column(name + ", bit " + bit);
        for (int i = 0; i < SIZE; i++) {
          note(column, i, words.get(i) >>> bit);
        }
      }
    }

    private void row(String name, ByteBuffer row) {
      long[] column = column(name);
      for (int i = 0; i < SIZE; i++) {
        note(column, i, row.get(i / 8) >>> i % 8);
      }
    }

    private long[] column(String name) {
      return columns.computeIfAbsent(name, unused -> new long[COUNT / Long.SIZE]);
    }

    /** The lowest bit of a number, of an instance of this run. */
    private void note(long[] column, int i, long bit) {
      column[(first + i) / Long.SIZE] |= (bit & 1) << (first + i);
    }

    /** Columns, and sums of two, whose ones are far from half. */
    List<String> unbalanced() {
      List<String> found = new ArrayList<>();
      List<Map.Entry<String, long[]>> all = List.copyOf(columns.entrySet());
      for (int i = 0; i < all.size(); i++) {
        for (int j = i; j < all.size(); j++) {
          long ones = 0;
          for (int k = 0; k < COUNT / Long.SIZE; k++) {
            ones +=
                Long.bitCount(all.get(i).getValue()[k] ^ (j > i ? all.get(j).getValue()[k] : 0));
          }
          if (Math.abs(2 * ones - COUNT) > BOUND) {
            found.add(all.get(i).getKey() + (j > i ? " and " + all.get(j).getKey() : ""));
          }
        }
      }
      return found;
    }
  }

  private record Views(View garbler, View evaluator) {}

  @ParameterizedTest
  @CsvSource({
    "RELU,9,12,20", // five windows, products of signs
    "RELU,9,8,8", // four: the other side owns the last
    "VALUE,9,13,13",
    "VALUE,9,13,20"
  })
  void allBitsAreBalancedWhateverTheSharesAre(
      ShareFunction.Kind kind, int dropped, int bits, int wideBits) {
    ShareFunction f = new ShareFunction(kind, dropped, bits, wideBits);
    long all = (1L << f.shareBits()) - 1;
    long[][] pairs = {
      {0, 0}, {all, 1}, {all, all}, {all >>> 1, 1}, {0x15555 & all, 0xaaaa & all}, {0x1234, 0xfedc}
    };
    for (long[] pair : pairs) {
      Views views = views(f, pair[0], pair[1], Set.of());
      assertThat(views.garbler().unbalanced()).as("%s, %d + %d", f, pair[0], pair[1]).isEmpty();
      assertThat(views.evaluator().unbalanced()).as("%s, %d + %d", f, pair[0], pair[1]).isEmpty();
    }
  }

  /** The test sees what it is there for: without fresh bits the other side has the carries. */
  @Test
  void withoutFreshBitsCarriesAndSignAreSeen() {
    ShareFunction f = ShareFunction.relu(9, 12, 20);
    Views noGarblers = views(f, 0x12345, 0xfedcb, Set.of(Role.GARBLER));
    assertThat(noGarblers.evaluator().unbalanced())
        .contains("window at 5", "window at 13", "sign + d");
    assertThat(noGarblers.garbler().unbalanced()).isEmpty();
    Views noEvaluators = views(f, 0x12345, 0xfedcb, Set.of(Role.EVALUATOR));
    assertThat(noEvaluators.garbler().unbalanced())
        .contains("window at 0", "window at 9", "window at 17");
    assertThat(noEvaluators.evaluator().unbalanced()).isEmpty();
  }

  /** Runs the function on instances of the same shares, some sides' fresh bits being zeros. */
  private static Views views(ShareFunction f, long a, long b, Set<Role> withoutFreshBits) {
    View garblers = new View(Role.GARBLER, f, withoutFreshBits.contains(Role.GARBLER));
    View evaluators = new View(Role.EVALUATOR, f, withoutFreshBits.contains(Role.EVALUATOR));
    assertThat(garblers.run.count()).isEqualTo(1);
    LookupForm form = new LookupForm(f);
    try (Scope scope = new Scope()) {
      NativeBuffer own = CarryFactors.all(a, SIZE, scope);
      NativeBuffer other = CarryFactors.all(b, SIZE, scope);
      var sums =
          TwoParties.run(
              channel -> {
                LabelKernel kernel = NotedKernel.over(KernelForms.fastest(), garblers);
                try (GarblerCorrelations garbler =
                    KernelsOfTests.garbler(channel, new SecureRandom(), kernel, OtTrees.DEFAULT)) {
                  return results(garblers, f, r -> LookupSide.compute(garbler, form, SIZE, own, r));
                }
              },
              channel -> {
                LabelKernel kernel = NotedKernel.over(KernelForms.fastest(), evaluators);
                try (EvaluatorCorrelations evaluator =
                    KernelsOfTests.evaluator(
                        channel, new SecureRandom(), kernel, OtTrees.DEFAULT)) {
                  return results(
                      evaluators, f, r -> LookupSide.compute(evaluator, form, SIZE, other, r));
                }
              });
      for (int i = 0; i < COUNT; i++) {
        long sum = sums.firstValue()[i] + sums.secondValue()[i];
        assertThat(sum & (1L << f.wideBits()) - 1).isEqualTo(f.result(a, b));
      }
    }
    return new Views(garblers, evaluators);
  }

  private interface OneRun {
    void into(NativeBuffer results);
  }

  /** One side's shares of the results of all runs, which it sees too. */
  private static long[] results(View view, ShareFunction f, OneRun run) {
    long[] all = new long[COUNT];
    try (NativeBuffer results = NativeBuffer.allocateLongs(SIZE)) {
      for (int i = 0; i < RUNS; i++) {
        view.beginRun();
        run.into(results);
        view.numbers("result", f.wideBits(), results);
        results.longs().get(all, i * SIZE, SIZE);
      }
    }
    return all;
  }
}
