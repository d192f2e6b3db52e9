package io.sotto.converter.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.step.StepRun;
import io.sotto.converter.testing.Convolution;
import io.sotto.converter.testing.Convolution.Tile;
import io.sotto.natives.NativeMemory;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Linear steps with several layouts; {@link StepRun} checks that the shares are right, the spec on
 * the wire, and the declared traffic.
 */
@ExtendWith(LeakCheck.class)
class TileStepRunTest {
  private static final RingParameters RING = RingParameters.of(11, 54);
  private static final int BITS = 26;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final Scope scope = new Scope();

  @AfterEach
  void close() {
    scope.close();
  }

  private LinearServer step(Convolution layer, Map<Integer, Tile> tiles) {
    return step(layer, tiles, new WeightsMemory(Long.MAX_VALUE));
  }

  private LinearServer step(Convolution layer, Map<Integer, Tile> tiles, WeightsMemory memory) {
    ExactFormat in = new ExactFormat(layer.inputs(), BITS, 10);
    HalfCellFormat out = new HalfCellFormat(layer.outputs(), BITS, 20);
    return scope.own(layer.step(RING, in, out, 38, tiles, memory));
  }

  private void requireTwins(LinearServer step, int images) throws Exception {
    FixedTensor in = StepRun.values(step.spec().inputs().get(0), images, 1, random);
    assertThat(StepRun.run(step, List.of(in), random).values())
        .as("%d images, seed %d", images, seed)
        .isEqualTo(step.twin().run(List.of(in)).values());
  }

  /** Three images together: a part of a group, one, one and a bit, three and a bit. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 10})
  void oneLayoutForAllBatches(int images) throws Exception {
    LinearServer step =
        step(Convolution.random(random, 11, 3, 7, 5, 1 << 10), Map.of(1, new Tile(3, 4, 3, 2)));
    assertThat(step.spec().arranged(images).name())
        .isEqualTo("polynomial 3 -> 3, 3 tiles, 3 images");
    requireTwins(step, images);
  }

  /** Channels apart, so that only a part of an upload travels, of one image and of more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 16})
  void uploadsOfWhichAPartTravels(int images) throws Exception {
    LinearServer step =
        step(Convolution.random(random, 9, 2, 6, 3, 1 << 10), Map.of(1, new Tile(5, 9, 6, 1)));
    assertThat(step.spec().upload(images).used()).isEqualTo(Math.min(images, 5) * 60);
    requireTwins(step, images);
  }

  /** Each layout's first and last batch, and what comes back is as the plan says. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6, 7, 8, 40})
  void aLayoutForEachSizeOfBatch(int images) throws Exception {
    LinearServer step =
        step(
            Convolution.random(random, 6, 3, 5, 4, 1 << 10),
            Map.of(2, new Tile(2, 6, 5, 4), 3, new Tile(1, 5, 2, 3), 7, new Tile(6, 1, 5, 4)));
    String name = step.spec().arranged(images).name();
    assertThat(name)
        .isEqualTo(
            images == 1
                ? "batch"
                : images == 2
                    ? "polynomial 1 -> 1, 2 images"
                    : images < 7
                        ? "polynomial 3 -> 2, 2 tiles"
                        : "polynomial 1 -> 1, 6 tiles, 6 images");
    requireTwins(step, images);
  }

  @Test
  void severalInputsAreOneAfterTheOther() throws Exception {
    Convolution layer = Convolution.random(random, 6, 3, 5, 4, 1 << 10);
    LinearServer single = step(layer, Map.of(1, new Tile(2, 3, 4, 2)));
    LinearSpec spec = single.spec();
    LinearSpec three =
        new LinearSpec(
            List.of(
                new ExactFormat(7, BITS, 10),
                new ExactFormat(1, BITS, 11),
                new ExactFormat(32, BITS, 12)),
            spec.output(),
            RING,
            38,
            spec.arrangements());
    LinearServer joined = new LinearServer(three, single.weights());
    List<FixedTensor> inputs = new ArrayList<>();
    for (ExactFormat format : three.inputs()) {
      inputs.add(StepRun.values(format, 5, 1, random));
    }
    assertThat(StepRun.run(joined, inputs, random).values())
        .as("seed %d", seed)
        .isEqualTo(joined.twin().run(inputs).values());
  }

  /** At both ends of each layout's range; messages under way take the rest. */
  @ParameterizedTest
  @CsvSource({
    "1, true",
    "2, true",
    "3, true",
    "9, true",
    "10, true",
    "64, true",
    "1, false",
    "64, false"
  })
  void memoryIsWhatTheStepSays(int images, boolean weightsAreKept) throws Exception {
    Convolution layer = Convolution.random(random, 60, 3, 16, 16, 1 << 8);
    LinearServer step =
        step(
            layer,
            Map.of(1, new Tile(1, 20, 1, 1), 3, new Tile(2, 15, 8, 4), 10, new Tile(1, 60, 2, 16)),
            new WeightsMemory(weightsAreKept ? Long.MAX_VALUE : 0));
    LinearSpec spec = step.spec();
    FixedTensor in = StepRun.values(spec.inputs().get(0), images, 1, random);
    StepRun.run(step, List.of(in), random); // weights are kept from now on
    long before = NativeMemory.liveBytes();
    NativeMemory.resetPeak();
    StepRun.run(step, List.of(in), random);
    long shares = 2L * (layer.inputs() + layer.outputs()) * images * Long.BYTES;
    long messages = 2L << 20;
    long tables = 2 * spec.arrangements().stream().mapToLong(a -> a.layout().tableBytes()).sum();
    assertThat(NativeMemory.peakBytes() - before)
        .as("%d images", images)
        .isLessThanOrEqualTo(
            shares + spec.clientBytes(images) + step.memoryBytes(images) - tables + messages);
  }

  /** A smaller batch may be in a layout that takes more. */
  @Test
  void declaredMemoryIsThatOfAllSmallerBatches() {
    Convolution layer = Convolution.random(random, 60, 3, 16, 16, 1 << 8);
    Tile large = new Tile(1, 1, 1, 1);
    Tile small = new Tile(4, 60, 2, 4);
    LinearSpec spec = step(layer, Map.of(1, large, 5, small)).spec();
    for (int images = 2; images < 40; images++) {
      assertThat(spec.clientBytes(images)).isGreaterThanOrEqualTo(spec.clientBytes(images - 1));
      assertThat(spec.serverBytes(images)).isGreaterThanOrEqualTo(spec.serverBytes(images - 1));
    }
    LinearSpec alone = spec.with(List.of(new Arrangement(1, layer.layout(small, RING.degree()))));
    assertThat(alone.serverBytes(5)).isLessThan(spec.serverBytes(5) / 4);
  }

  @Test
  void refusesLayoutsThatAreNotInOrder() {
    LinearSpec spec =
        step(Convolution.random(random, 2, 1, 2, 2, 9), Map.of(1, new Tile(1, 2, 2, 2))).spec();
    Layout layout = spec.arranged(1);
    for (List<Integer> froms :
        List.of(
            List.of(2),
            List.of(0),
            List.of(-1),
            List.of(1, 1),
            List.of(1, 3, 2),
            List.of(1, 2049))) {
      assertThatThrownBy(() -> spec.with(arrangements(froms, layout)))
          .as("%s", froms)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("allowed are 1, then more, up to 2048");
    }
    assertThatThrownBy(() -> spec.with(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 layouts; allowed are 1..16");
    List<Integer> seventeen = IntStream.range(1, 18).boxed().toList();
    assertThatThrownBy(() -> spec.with(arrangements(seventeen, layout)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("17 layouts; allowed are 1..16");
    assertThat(spec.with(arrangements(List.of(1, 2, 2048), layout)).arrangements()).hasSize(3);
  }

  private static List<Arrangement> arrangements(List<Integer> froms, Layout layout) {
    return froms.stream().map(from -> new Arrangement(from, layout)).toList();
  }

  @Test
  void refusesWeightsOfAnotherLayout() {
    Convolution layer = Convolution.random(random, 6, 3, 4, 4, 9);
    LinearServer server = step(layer, Map.of(1, new Tile(1, 6, 4, 4)));
    Layout other = layer.layout(new Tile(1, 6, 2, 4), RING.degree());
    LinearSpec spec = server.spec().with(List.of(new Arrangement(1, other)));
    assertThatThrownBy(() -> new LinearServer(spec, server.weights()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no weights");
  }
}
