package io.sotto.converter.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.TileLayout;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.SessionMemory;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.testing.Convolution;
import io.sotto.converter.testing.Convolution.Tile;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.natives.testing.LeakCheck;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Layouts on the wire: read back, or refused before they take memory. */
@ExtendWith(LeakCheck.class)
class LayoutCodecTest {
  private static final long SEED = 7;
  private static final int BITS = 26;

  /** On the heap: some of the largest tables a bit a place, and what a plan is else. */
  private static final long BOUND = 48L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Four layouts: batches of one, of two to four, of five to eleven and larger ones. */
  private static Plan plan() {
    Convolution layer = Convolution.random(new Random(SEED), 9, 3, 7, 5, 1 << 10);
    Map<Integer, Tile> tiles =
        Map.of(1, new Tile(1, 4, 7, 5), 2, new Tile(3, 4, 3, 2), 5, new Tile(2, 9, 4, 1));
    ExactFormat in = new ExactFormat(layer.inputs(), BITS, 10);
    HalfCellFormat out = new HalfCellFormat(layer.outputs(), BITS, 20);
    try (LinearServer step = layer.step(RingParameters.of(11, 54), in, out, 38, tiles)) {
      return around(step.spec());
    }
  }

  private static Plan around(LinearSpec linear) {
    int outputs = linear.output().elements();
    TensorShape in = new TensorShape(List.of(linear.inputElements()));
    ExactFormat out = new ExactFormat(outputs, BITS - 10, 10);
    TruncateSpec truncate = new TruncateSpec(linear.output(), 10, out, FunctionForm.LOOKUP);
    RevealSpec reveal = new RevealSpec(out, new TensorShape(List.of(outputs)));
    return new Plan(
        new InputSpec(in, linear.inputs().get(0), 1 << 10),
        List.of(
            new PlanStep(linear, List.of(0)),
            new PlanStep(truncate, List.of(1)),
            new PlanStep(reveal, List.of(2))));
  }

  private static Plan decoded(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return PlanCodec.STOCK.decode(ByteBuffer.wrap(bytes));
    } finally {
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(BOUND);
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    Plan plan = plan();
    Plan read = decoded(PlanCodec.encode(plan));
    assertThat(read).isEqualTo(plan).hasSameHashCodeAs(plan);
    LinearSpec written = (LinearSpec) plan.steps().get(0).spec();
    LinearSpec again = (LinearSpec) read.steps().get(0).spec();
    for (int images : new int[] {1, 2, 5}) {
      TileLayout left = (TileLayout) written.arranged(images);
      TileLayout right = (TileLayout) again.arranged(images);
      for (int i = 0; i < written.output().elements(); i++) {
        assertThat(right.place(i)).isEqualTo(left.place(i));
      }
      TileLayout.Shape shape = left.shape();
      for (int i = 0; i < shape.tiles() * shape.inputs() * shape.span(); i++) {
        assertThat(right.element(i)).isEqualTo(left.element(i));
      }
    }
  }

  /** A byte of it, or a number that matters somewhere; what is accepted is consistent. */
  @Test
  void corruptPlansAreRefusedInLittleMemory() {
    Random random = new Random(SEED);
    byte[] written = PlanCodec.encode(plan());
    int[] numbers = {0, 1, 2, 15, 2047, 2048, 1 << 16, 1 << 24, 1 << 26, Integer.MAX_VALUE, -1};
    int refused = 0;
    int rounds = 20_000;
    for (int i = 0; i < rounds; i++) {
      byte[] corrupt = written.clone();
      for (int times = random.nextInt(3); times >= 0; times--) {
        if (random.nextBoolean()) {
          corrupt[random.nextInt(corrupt.length)] = (byte) random.nextInt();
        } else {
          ByteBuffer.wrap(corrupt)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(
                  Integer.BYTES * random.nextInt(corrupt.length / Integer.BYTES),
                  numbers[random.nextInt(numbers.length)]);
        }
      }
      try {
        Plan plan = decoded(corrupt);
        assertThat(PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(plan)))).isEqualTo(plan);
        assertThat(SessionMemory.ofClient(plan, plan.maxImages())).isPositive();
        assertThat(plan.work()).isPositive();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("\n");
        refused++;
      }
    }
    assertThat(refused).isBetween(rounds / 2, rounds - 1);
  }

  /** The numbers of a layout, all of it sound: 2 inputs, 1 output, as a dense layer. */
  private static final class Numbers {
    int degreeBits = 11;
    int modulusBits = 54;
    int inputs = 2;
    int outputs = 1;
    int together = 1;
    int span = 2;
    int whole = 0;
    int tiles = 1;
    int ciphertexts = 1;
    int results = 1;
    int layouts = 1;
    int[][] into = {{0, 2, 0, 0, 1, 2, 2, 2}};
    int[][] from = {{0, 2, 0, 1, 0}};

    byte[] plan() {
      SpecWriter out = new SpecWriter();
      out.number(Plan.DEFAULT_TREE_BITS).number(1);
      out.number(1).number(inputs).number(BITS).number(10).number(1);
      out.number(3);
      out.number(LinearSpec.KIND.code()).number(1).number(0);
      out.number(1).number(inputs).number(10).number(BITS).number(outputs).number(20);
      out.number(degreeBits).number(modulusBits).number(BITS + degreeBits);
      out.number(layouts);
      for (int i = 0; i < layouts; i++) {
        out.number(i + 1).number(1).number(together).number(span).number(whole);
        out.number(tiles).number(ciphertexts).number(results);
        for (int[][] moves : new int[][][] {into, from}) {
          out.number(moves.length);
          for (int[] move : moves) {
            for (int number : move) {
              out.number(number);
            }
          }
        }
      }
      ExactFormat format = new ExactFormat(outputs, BITS - 10, 10);
      out.number(TruncateSpec.KIND.code()).number(1).number(1);
      new TruncateSpec(new HalfCellFormat(outputs, BITS, 20), 10, format, FunctionForm.LOOKUP)
          .write(out);
      out.number(RevealSpec.KIND.code()).number(1).number(2);
      new RevealSpec(format, new TensorShape(List.of(outputs))).write(out);
      return out.toByteArray();
    }
  }

  private static Plan with(Consumer<Numbers> change) {
    Numbers numbers = new Numbers();
    change.accept(numbers);
    return decoded(numbers.plan());
  }

  private static void refused(String message, Consumer<Numbers> change) {
    assertThatThrownBy(() -> with(change))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void placesThatAreNoneAreRefused() {
    assertThat(with(numbers -> {}).work()).isPositive();
    int[] first = {0, 2, 0, 0, 0};
    int[] second = {0, 2, 1, 1, 0};
    assertThat(with(n -> n.into = new int[][] {first, second}).work()).isPositive();
    refused(
        "an upload's place, number 0, is given twice", n -> n.into = new int[][] {first, first});
    refused(
        "an upload's place, number 1, is given twice",
        n -> n.into = new int[][] {second, {0, 2, 0, 0, 1, 2, 2, 2}});
    refused(
        "an element of the result, number 0, is given twice",
        n -> n.from = new int[][] {{0, 2, 0, 1, 0}, {0, 2, 0, 0, 0}});
    refused("goes from elements 0..1 to 1..2", n -> n.into[0][2] = 1);
    refused("goes from elements 1..2 to 0..1", n -> n.into[0][3] = 1);
    refused("goes from elements 2..2 to 0..0", n -> n.from[0][3] = 2);
    refused("goes from elements 1..1 to 1..1", n -> n.from[0][2] = 1);
    refused("to 0..9223", n -> n.into = new int[][] {farthest()});
    refused("element 1 of the result has no place", n -> n.outputs = 2);
    refused("a layout's moves is 0", n -> n.into = new int[0][]);
    refused("moves input 1, 1 times", n -> n.into[0][0] = 1);
    refused("moves input 0, -1 times", n -> n.from[0][1] = 3);
    refused("moves input 0, 2 times", n -> n.into[0][1] = 4);
    refused("2 tiles of 1 results for 1 elements", n -> n.tiles = 2);
    refused("1 tiles of 2 results for 1 elements", n -> n.results = 2);
  }

  /** Sums of all strides that are just below 2^63. */
  private static int[] farthest() {
    int[] move = new int[5 + 3 * 8];
    move[1] = 2;
    move[4] = 8;
    for (int axis = 0; axis < 8; axis++) {
      move[5 + 3 * axis] = Integer.MAX_VALUE;
      move[6 + 3 * axis] = 1 << 30;
      move[7 + 3 * axis] = 1 << 30;
    }
    return move;
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    refused("1025 images of 2 coefficients each in a ciphertext of 2048", n -> n.together = 1025);
    refused("2 images of 1025", n -> set(n, 2, 1025));
    refused("2048 images of 2048", n -> set(n, 2048, 2048));
    refused("a layout's coefficients is 2049; allowed are 1..2048", n -> n.span = 2049);
    refused("a layout's images is 0", n -> n.together = 0);
    refused("a layout's coefficients is 0", n -> n.span = 0);
    refused("a layout's uploads is 2", n -> n.whole = 2);
    refused("a tile's ciphertexts is 67108865", n -> n.ciphertexts = (1 << 26) + 1);
    refused("allowed are 1..67108864 places", n -> n.ciphertexts = 1 << 26);
    refused("allowed are 1..67108864 places", n -> n.results = 1 << 26);
    refused("allowed are 2147483647 in all", n -> n.ciphertexts = 1 << 21);
  }

  private static void set(Numbers numbers, int together, int span) {
    numbers.together = together;
    numbers.span = span;
  }

  /** 2^64 places and 2^25 more. */
  @Test
  void sizesWhoseProductWrapsAreRefused() {
    int tiles = 67_100_673;
    int ciphertexts = 33_558_528;
    assertThat((long) tiles * ciphertexts * (1 << 13)).isBetween(1L, 1L << 26);
    refused(
        "allowed are 1..67108864 places",
        n -> {
          n.degreeBits = 13;
          n.modulusBits = 60;
          n.span = 1 << 13;
          n.tiles = tiles;
          n.ciphertexts = ciphertexts;
          n.results = ciphertexts;
        });
  }

  /** As many places as a layout may have, in more and more layouts. */
  @Test
  void manyLargeTablesAreRefused() {
    Consumer<Numbers> large =
        n -> {
          n.span = 2048;
          n.ciphertexts = 1 << 15;
        };
    long bytes = SessionMemory.ofClient(with(large), 1);
    assertThat(bytes).isGreaterThan(1L << 28);
    refused(
        "elements or more; allowed are 268435456 in a plan", large.andThen(n -> n.layouts = 16));
  }
}
