package io.sotto.server.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
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

    assertThat(LoweringTest.apply(outer.after(inner), x))
        .as("seed %d", repetition.getCurrentRepetition())
        .containsExactly(LoweringTest.apply(outer, LoweringTest.apply(inner, x)), within(1e-12));
  }

  @RepeatedTest(20)
  void pickingTakesRowsInAnyOrder(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    AffineMap map = random(random, 6, 4);
    int[] refs = random.ints(9, -1, map.outputs()).toArray();
    double[] x = random.doubles(6, -1, 1).toArray();
    double[] y = LoweringTest.apply(map, x);

    double[] picked = LoweringTest.apply(map.pick(refs), x);

    for (int i = 0; i < refs.length; i++) {
      assertThat(picked[i])
          .as("seed %d", repetition.getCurrentRepetition())
          .isEqualTo(refs[i] < 0 ? 0 : y[refs[i]]);
    }
  }

  @Test
  void refusesReferencesBeyondItsInputs() {
    assertThatThrownBy(() -> AffineMap.select(3, new int[] {0, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reference 3 does not lie within 0..2");
  }

  @Test
  void refusesAMapOfAnotherSizeInFront() {
    AffineMap three = AffineMap.select(3, new int[] {0, 1, 2});
    AffineMap two = AffineMap.select(3, new int[] {0, 1});
    assertThatThrownBy(() -> three.after(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 inputs can't follow one of 2 outputs");
  }

  @Test
  void neverPrintsWeights() {
    assertThat(new Matrix(1, 2, new double[] {0.25, 0.75}).toString()).isEqualTo("Matrix[1x2]");
  }
}
