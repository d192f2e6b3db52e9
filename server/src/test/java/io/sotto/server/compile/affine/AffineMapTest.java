package io.sotto.server.compile.affine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AffineMapTest {
  private static AffineMap random(Random random, int inputs, int blocks) {
    List<AffineMap.Block> list = new ArrayList<>();
    for (int b = 0; b < blocks; b++) {
      int rows = 1 + random.nextInt(3);
      int[] refs = random.ints(1 + random.nextInt(5), -1, inputs).toArray();
      list.add(
          new AffineMap.Block(
              refs,
              new Matrix(
                  rows, refs.length, random.doubles((long) rows * refs.length, -1, 1).toArray())));
    }
    AffineMap map = AffineMap.of(inputs, list);
    return new AffineMap(inputs, list, random.doubles(map.outputs(), -1, 1).toArray());
  }

  @RepeatedTest(20)
  void mergingIsApplyingOneAfterTheOther(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    AffineMap inner = random(random, 6, 4);
    AffineMap outer = random(random, inner.outputs(), 3);
    double[] x = random.doubles(6, -1, 1).toArray();

    assertThat(outer.after(inner).apply(x))
        .as("seed %d", repetition.getCurrentRepetition())
        .containsExactly(outer.apply(inner.apply(x)), within(1e-12));
  }

  @RepeatedTest(20)
  void whatMergingCostsIsKnownBefore(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    AffineMap inner = random(random, 6, 4);
    AffineMap outer = random(random, inner.outputs(), 3);

    assertThat(outer.costAfter(inner))
        .as("seed %d", repetition.getCurrentRepetition())
        .isEqualTo(LinearCost.of(outer.after(inner)));
  }

  /** A convolution of windows of three in a row, over these positions of so many channels. */
  private static AffineMap row(Random random, int positions, int channels, int outputs, int taps) {
    double[] weights = random.doubles((long) outputs * taps * channels, -1, 1).toArray();
    Matrix shared = new Matrix(outputs, taps * channels, weights);
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int position = 0; position < positions; position++) {
      int[] refs = new int[taps * channels];
      for (int i = 0; i < refs.length; i++) {
        int from = position + i / channels - taps / 2;
        boolean inside = from >= 0 && from < positions;
        refs[i] = inside ? from * channels + i % channels : AffineMap.ZERO;
      }
      blocks.add(new AffineMap.Block(refs, shared));
    }
    return AffineMap.of(positions * channels, blocks);
  }

  /** One matrix for all positions: what lies beyond the border is a reference to nothing. */
  @Test
  void convolutionsAfterPointwiseOnesShareTheirProductAtBordersToo() {
    Random random = new Random(1);
    AffineMap inner = row(random, 7, 4, 2, 1);
    AffineMap outer = row(random, 7, 2, 3, 3);
    AffineMap merged = outer.after(inner);
    double[] x = random.doubles(28, -1, 1).toArray();

    assertThat(merged.blocks()).hasSize(7);
    Matrix shared = merged.blocks().get(3).weights();
    assertThat(merged.blocks()).allSatisfy(b -> assertThat(b.weights()).isSameAs(shared));
    assertThat(merged.blocks().get(0).refs()).startsWith(-1, -1, -1, -1, 0, 1, 2, 3, 4);
    assertThat(merged.apply(x)).containsExactly(outer.apply(inner.apply(x)), within(1e-12));
  }

  /** What a wider window takes of beyond the border isn't what two after each other take. */
  @Test
  void bordersOfConvolutionsAfterOthersHaveProductsOfTheirOwn() {
    Random random = new Random(2);
    AffineMap inner = row(random, 7, 1, 1, 3);
    AffineMap outer = row(random, 7, 1, 1, 3);
    AffineMap merged = outer.after(inner);
    double[] x = random.doubles(7, -1, 1).toArray();

    assertThat(merged.blocks().stream().map(AffineMap.Block::weights).distinct().count())
        .isEqualTo(3);
    assertThat(merged.apply(x)).containsExactly(outer.apply(inner.apply(x)), within(1e-12));
  }

  private static AffineMap select(int... refs) {
    double[] ones = new double[refs.length];
    Arrays.fill(ones, 1);
    return AffineMap.monomial(3, refs, ones);
  }

  @RepeatedTest(20)
  void mapsOfOneInputAnOutputMergeToo(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    AffineMap map = random(random, 6, 4);
    AffineMap before =
        AffineMap.monomial(8, random.ints(6, -1, 8).toArray(), random.doubles(6, -1, 1).toArray())
            .withBias(random.doubles(6, -1, 1).toArray());
    AffineMap after =
        AffineMap.monomial(
                map.outputs(),
                random.ints(5, -1, map.outputs()).toArray(),
                random.doubles(5, -1, 1).toArray())
            .withBias(random.doubles(5, -1, 1).toArray());
    double[] x = random.doubles(8, -1, 1).toArray();

    assertThat(after.after(map).after(before).apply(x))
        .as("seed %d", repetition.getCurrentRepetition())
        .containsExactly(after.apply(map.apply(before.apply(x))), within(1e-12));
  }

  @RepeatedTest(20)
  void sumsAddTheResults(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    AffineMap a = random(random, 6, 4);
    AffineMap b = random(random, 6, 5).pick(random.ints(a.outputs(), -1, 5).toArray());
    double[] x = random.doubles(6, -1, 1).toArray();
    double[] sum = a.apply(x);
    double[] other = b.apply(x);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    assertThat(a.plus(b).apply(x))
        .as("seed %d", repetition.getCurrentRepetition())
        .containsExactly(sum, within(1e-12));
  }

  @RepeatedTest(20)
  void pickingTakesRowsInAnyOrder(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    AffineMap map = random(random, 6, 4);
    int[] refs = random.ints(9, -1, map.outputs()).toArray();
    double[] x = random.doubles(6, -1, 1).toArray();
    double[] y = map.apply(x);

    double[] picked = map.pick(refs).apply(x);

    for (int i = 0; i < refs.length; i++) {
      assertThat(picked[i])
          .as("seed %d", repetition.getCurrentRepetition())
          .isEqualTo(refs[i] < 0 ? 0 : y[refs[i]]);
    }
  }

  @Test
  void refusesReferencesBeyondItsInputs() {
    assertThatThrownBy(() -> select(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reference 3 does not lie within 0..2");
  }

  @Test
  void refusesAMapOfAnotherSizeInFront() {
    AffineMap three = select(0, 1, 2);
    AffineMap two = select(0, 1);
    assertThatThrownBy(() -> three.after(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 inputs can't follow one of 2 outputs");
  }

  @Test
  void neverPrintsWeights() {
    assertThat(new Matrix(1, 2, new double[] {0.25, 0.75}).toString()).isEqualTo("Matrix[1x2]");
  }
}
