package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the two sides of a relu by lookups see, over many instances of the same shares: each bit is
 * as often one as zero, whatever the shares are, and so is the sum of any two bits of an instance.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class LookupViewTest {
  /** Instances, all with the same shares: a chunk is less, so that there are some. */
  private static final int COUNT = 20_000;

  private static final ShareRelu RELU = new ShareRelu(16, 28);

  /** What one side sees of an instance: columns of bits, an instance each. */
  private static final class View {
    private final List<String> names = new ArrayList<>();
    private final List<long[]> columns = new ArrayList<>();

    /** The number of a column. */
    int column(String name) {
      int at = names.indexOf(name);
      if (at < 0) {
        names.add(name);
        columns.add(new long[(COUNT + Long.SIZE - 1) / Long.SIZE]);
        at = names.size() - 1;
      }
      return at;
    }

    void note(int column, int instance, boolean bit) {
      columns.get(column)[instance / Long.SIZE] |= (bit ? 1L : 0) << instance;
    }

    /** Six standard deviations. */
    void checkBalanced(String hint) {
      for (int i = 0; i < columns.size(); i++) {
        for (int j = i; j < columns.size(); j++) {
          long ones = 0;
          for (int k = 0; k < columns.get(i).length; k++) {
            ones += Long.bitCount(columns.get(i)[k] ^ (j > i ? columns.get(j)[k] : 0));
          }
          assertThat(Math.abs(2.0 * ones - COUNT))
              .as("%s: ones in %s and %s", hint, names.get(i), names.get(j))
              .isLessThan(6 * Math.sqrt(COUNT));
        }
      }
    }
  }

  /** Both sides' views. */
  private record Views(View client, View server) {}

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "32767, 0",
    "0, 32768",
    "65535, 65535",
    "65535, 1",
    "43690, 21845",
    "4660, 52000"
  })
  void allBitsAreBalancedWhateverTheSharesAre(long a, long b) throws Exception {
    Views views = views(a, b, false, false);
    views.client().checkBalanced("client's view of %d + %d".formatted(a, b));
    views.server().checkBalanced("server's view of %d + %d".formatted(a, b));
  }

  /** The test sees what it is there for. */
  @Test
  void withoutFreshBitsTheViewsShowCarries() throws Exception {
    Views garblers = views(0, 0, true, false);
    assertThatThrownBy(() -> garblers.client().checkBalanced(""))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("carry");
    Views evaluators = views(65535, 1, false, true);
    assertThatThrownBy(() -> evaluators.server().checkBalanced(""))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("carry and d");
  }

  /**
   * Runs the relu, on either side with all fresh bits zero if that is wanted, which are all that
   * the kernel generates once the session is open.
   */
  private static Views views(long a, long b, boolean garblerZero, boolean evaluatorZero) {
    View client = new View();
    View server = new View();
    LookupRelu lookup = new LookupRelu(RELU);
    AtomicBoolean garblerOpen = new AtomicBoolean();
    AtomicBoolean evaluatorOpen = new AtomicBoolean();
    try (Scope scope = new Scope()) {
      NativeBuffer own = constant(scope, a);
      NativeBuffer other = constant(scope, b);
      NativeBuffer ownResults = scope.allocateLongs(COUNT);
      NativeBuffer otherResults = scope.allocateLongs(COUNT);
      LabelKernel garblerKernel = kernel(new ServerNotes(server), garblerOpen, garblerZero);
      LabelKernel evaluatorKernel = kernel(new ClientNotes(client), evaluatorOpen, evaluatorZero);
      TwoParties.run(
          channel -> {
            Channel watched = watch(channel, new Answers(server, lookup.run(COUNT)));
            try (Garbler garbler =
                Garbler.open(watched, new SecureRandom(), garblerKernel, OtTrees.DEFAULT)) {
              garblerOpen.set(true);
              garbler.relu(lookup, COUNT, own, ownResults);
            }
            return true;
          },
          channel -> {
            try (Evaluator evaluator =
                Evaluator.open(channel, new SecureRandom(), evaluatorKernel, OtTrees.DEFAULT)) {
              evaluatorOpen.set(true);
              evaluator.relu(lookup, COUNT, other, otherResults);
            }
            return true;
          });
      long y = (a + b) << 48 >> 48;
      for (int i = 0; i < COUNT; i++) {
        long x = ownResults.longs().get(i) + otherResults.longs().get(i);
        assertThat(x << 36 >> 36).isEqualTo(Math.max(0, y));
      }
      numbers(client, "the client's result", 0, COUNT, otherResults);
      numbers(server, "the server's result", 0, COUNT, ownResults);
    }
    return new Views(client, server);
  }

  private static NativeBuffer constant(Scope scope, long value) {
    NativeBuffer buffer = scope.allocateLongs(COUNT);
    for (int i = 0; i < COUNT; i++) {
      buffer.longs().put(i, value);
    }
    return buffer;
  }

  /** Notes numbers of instances from one on, a column for each bit. */
  private static void numbers(View view, String name, int first, int size, NativeBuffer numbers) {
    LongBuffer words = numbers.longs();
    for (int bit = 0; bit < RELU.wideBits(); bit++) {
      int column = view.column(name + ", bit " + bit);
      for (int i = 0; i < size; i++) {
        view.note(column, first + i, (words.get(i) >>> bit & 1) != 0);
      }
    }
  }

  /** Notes a row of instances from one on. */
  private static void row(View view, String name, int first, int size, ByteBuffer row) {
    int column = view.column(name);
    for (int i = 0; i < size; i++) {
      view.note(column, first + i, (row.get(i / 8) >> i % 8 & 1) != 0);
    }
  }

  /** A kernel that is noted, and generates zeros if it is told to. */
  private static LabelKernel kernel(NotedKernel.Notes notes, AtomicBoolean open, boolean zeros) {
    return NotedKernel.over(
        LabelKernel.fastest(),
        (function, arguments) -> {
          if (function.equals("generate") && zeros && open.get()) {
            ((NativeBuffer) arguments[3]).wipe();
          }
          notes.take(function, arguments);
        });
  }

  /**
   * What the client has of tables without pads: its entry, which is its bit of the carry, and what
   * it takes for the others, by the choices in which they differ from its own.
   */
  private static final class ClientNotes implements NotedKernel.Notes {
    private final View view;
    private final int[] seen = new int[Long.SIZE];

    ClientNotes(View view) {
      this.view = view;
    }

    @Override
    public void take(String function, Object[] arguments) {
      if (function.equals("entries")) {
        entries(
            (LookupWindow) arguments[0],
            (int) arguments[1],
            (NativeBuffer) arguments[2],
            (NativeBuffer) arguments[3],
            (NativeBuffer) arguments[4],
            (NativeBuffer) arguments[5],
            (NativeBuffer) arguments[6]);
      }
    }

    /** Chunks come one after the other to each window. */
    private void entries(
        LookupWindow window,
        int size,
        NativeBuffer shares,
        NativeBuffer choices,
        NativeBuffer pads,
        NativeBuffer tables,
        NativeBuffer row) {
      int first = seen[window.firstBit()];
      seen[window.firstBit()] += size;
      String name = "window at " + window.firstBit();
      row(view, name + ", carry", first, size, row.bytes());
      int[] others = new int[window.entries()];
      for (int entry = 1; entry < others.length; entry++) {
        others[entry] = view.column(name + ", other entry " + entry);
      }
      LongBuffer shareWords = shares.longs();
      LongBuffer padWords = pads.longs();
      LongBuffer tableWords = tables.longs();
      ByteBuffer choiceRow = choices.bytes();
      for (int i = 0; i < size; i++) {
        long unmasked = padWords.get(i) ^ tableWords.get(i);
        long chosen = shareWords.get(i) >>> window.firstBit() & ((1L << window.bits()) - 1);
        if (window.carries()) {
          chosen |= (choiceRow.get(i / 8) >> i % 8 & 1L) << window.bits();
        }
        for (int entry = 1; entry < others.length; entry++) {
          view.note(others[entry], first + i, (unmasked >>> (chosen ^ entry) & 1) != 0);
        }
      }
    }
  }

  /**
   * What the server's bits become by answers: with its own bit of a carry an answer is the carry,
   * plus the client's fresh bit.
   */
  private static final class ServerNotes implements NotedKernel.Notes {
    private final View view;
    private final int[] seen = new int[Long.SIZE];

    ServerNotes(View view) {
      this.view = view;
    }

    @Override
    public void take(String function, Object[] arguments) {
      if (function.equals("tables") && ((LookupWindow) arguments[0]).carries()) {
        int window = ((LookupWindow) arguments[0]).firstBit();
        note("carry and d at " + window, window, (int) arguments[1], (NativeBuffer) arguments[4]);
      }
      // The product of p; that of t and s is narrower.
      if (function.equals("own") && ((ProductKernel.Run) arguments[0]).width() == RELU.wideBits()) {
        int size = ((ProductKernel.Run) arguments[0]).size();
        note("sign and d", Long.SIZE - 1, size, (NativeBuffer) arguments[3]);
      }
    }

    private void note(String name, int place, int size, NativeBuffer row) {
      int first = seen[place];
      seen[place] += size;
      row(view, name, first, size, row.bytes());
    }
  }

  /** What the server has of answers: a bit an instance and, at last, corrections. */
  private static final class Answers {
    private final View view;
    private final LookupRelu.Run run;
    private int count;
    private final int[] steps;

    Answers(View view, LookupRelu.Run run) {
      this.view = view;
      this.run = run;
      this.steps = new int[run.count()];
    }

    /** They come in turns, oldest chunk first. */
    void note(ByteBuffer message) {
      int at = count++;
      int turn = 0;
      for (int step = run.lookups(); ; step--) {
        if (step == 0) {
          turn++;
          step = run.lookups();
        }
        int chunk = run.chunkAt(turn, step);
        if (chunk >= 0 && at-- == 0) {
          assertThat(steps[chunk]++).isEqualTo(step - 1);
          note(message, run.first(chunk), run.size(chunk), step - 1);
          return;
        }
      }
    }

    private void note(ByteBuffer message, int first, int size, int step) {
      assertThat(message.remaining()).isEqualTo(run.answerBytes(step, size));
      row(view, "d of " + step, first, size, message);
      if (step < run.lookups() - 1) {
        return;
      }
      int width = RELU.wideBits();
      int rowBytes = (size + 7) / 8;
      try (NativeBuffer packed = NativeBuffer.allocate(RELU.productBytes(size));
          NativeBuffer corrections = NativeBuffer.allocateLongs(size)) {
        packed.bytes().put(message.slice(rowBytes, Math.toIntExact(packed.size())));
        assertThat(PackKernel.unpack(packed, size, width, 1L << width, corrections)).isTrue();
        numbers(view, "correction", first, size, corrections);
      }
    }
  }

  /** A channel that notes the answers received. */
  private static Channel watch(Channel channel, Answers answers) {
    return NotedKernel.proxy(
        Channel.class,
        (method, arguments) -> {
          Object result = NotedKernel.call(method, channel, arguments);
          if (method.getName().equals("receive")
              && ((MessageKind) arguments[0]).equals(LookupRelu.ANSWERS)) {
            answers.note(((ByteBuffer) arguments[1]).duplicate().flip());
          }
          return result;
        });
  }
}
