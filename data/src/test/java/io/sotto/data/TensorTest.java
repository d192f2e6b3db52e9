package io.sotto.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorTest {
  @Test
  void refusesNumbersThatDoNotFillTheShape() {
    assertThatThrownBy(() -> new Tensor(List.of(2, 3), new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 numbers given for shape 2x3, which has 6");
    assertThatThrownBy(() -> new Tensor(List.of(-1), new float[0]))
        .hasMessageContaining("length -1");
    assertThatThrownBy(() -> new Tensor(List.of(1 << 30, 1 << 30, 1 << 30), new float[0]))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void cutsRows() {
    Tensor tensor = new Tensor(List.of(3, 1, 2), new float[] {1, 2, 3, 4, 5, 6});
    assertThat(tensor.slice(1, 3))
        .isEqualTo(new Tensor(List.of(2, 1, 2), new float[] {3, 4, 5, 6}));
    assertThat(tensor.slice(1, 1).shape()).containsExactly(0, 1, 2);
    assertThat(tensor.row(2)).containsExactly(5, 6);
    assertThat(tensor.toRows()).isEqualTo(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    assertThatThrownBy(() -> tensor.slice(2, 4)).hasMessageContaining("of 3 rows");
  }

  @Test
  void isMadeOfRowsOfOneLength() {
    assertThat(Tensor.ofRows(new float[][] {{1, 2}, {3, 4}}))
        .isEqualTo(new Tensor(List.of(2, 2), new float[] {1, 2, 3, 4}));
    assertThatThrownBy(() -> Tensor.ofRows(new float[][] {{1, 2}, {3}}))
        .hasMessage("row 1 has 1 numbers, row 0 has 2; rows of a batch are of one length");
  }

  @Test
  void findsTheLargestOfEachRow() {
    Tensor tensor = new Tensor(List.of(3, 3), new float[] {1, 3, 2, 5, 5, 0, -3, -2, -1});
    assertThat(tensor.argMax()).containsExactly(1, 0, 2);
  }

  @Test
  void showsNoNumbers() {
    assertThat(new Tensor(List.of(1, 2), new float[] {42, 43})).hasToString("Tensor[1x2]");
  }
}
