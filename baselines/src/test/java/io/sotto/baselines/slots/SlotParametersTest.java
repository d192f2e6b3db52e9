package io.sotto.baselines.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.baselines.slots.SlotParameters.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SlotParametersTest {
  @Test
  void buildsTheUsualChain() {
    SlotParameters parameters = SlotParameters.of(13, 3, 30, 50);
    assertThat(parameters.primeBits()).containsExactly(50, 30, 30, 30, 50);
    assertThat(parameters.slots()).isEqualTo(4096);
  }

  static Stream<Arguments> largest() {
    return Stream.of(
        Arguments.of(11, List.of(27, 27), 54),
        Arguments.of(12, List.of(40, 33, 36), 109),
        Arguments.of(13, List.of(59, 49, 50, 60), 218),
        Arguments.of(14, List.of(59, 53, 53, 53, 53, 53, 54, 60), 438),
        Arguments.of(15, List.of(41, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60), 881));
  }

  @ParameterizedTest
  @MethodSource("largest")
  void securityEndsWhereTheTableSays(int logDegree, List<Integer> bits, int total) {
    SlotParameters fits = new SlotParameters(logDegree, bits, 20, Security.BITS_128);
    assertThat(fits.primeBits().stream().mapToInt(Integer::intValue).sum()).isEqualTo(total);
    List<Integer> more = new ArrayList<>(bits);
    more.set(0, more.get(0) + 1);
    assertThatThrownBy(() -> new SlotParameters(logDegree, more, 20, Security.BITS_128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most " + total + " bits");
  }

  @Test
  void refusesWhatDoesNotWork() {
    assertThatThrownBy(() -> SlotParameters.of(9, 1, 30, 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 to 15");
    assertThatThrownBy(() -> SlotParameters.of(14, 1, 19, 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("20 to 60");
    assertThatThrownBy(() -> SlotParameters.of(14, -1, 30, 40))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SlotParameters.of(14, 1, 40, 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 39");
    assertThat(SlotParameters.insecureForTests(12, 3, 30, 50).security())
        .isEqualTo(Security.INSECURE_FOR_TESTS);
  }
}
