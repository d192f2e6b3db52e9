package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.ckks.RingParameters.Security;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class RingParametersTest {
  @ParameterizedTest
  @CsvSource({"10, 27", "11, 54", "12, 60", "13, 60"})
  void securityEndsWhereTheTableSays(int logDegree, int modulusBits) {
    assertThat(RingParameters.of(logDegree, modulusBits).security()).isEqualTo(Security.BITS_128);
    assertThat(RingParameters.secureModulusBits(logDegree)).isEqualTo(modulusBits);
    assertThatThrownBy(() -> RingParameters.of(logDegree, modulusBits + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Integer.toString(modulusBits));
  }

  @Test
  void saysWhatIsSecureInstead() {
    assertThatThrownBy(() -> RingParameters.of(11, 55))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "N = 2048 with a modulus of 55 bits has less than 128-bit security; take at most 54"
                + " bits or a larger N");
    assertThatThrownBy(() -> new RingParameters(11, 55, Security.BITS_128))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatCode(() -> RingParameters.insecureForTests(11, 55)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"9, 30", "14, 30", "11, 19", "11, 61", "-1, 30"})
  void refusesWhatIsNotSupported(int logDegree, int modulusBits) {
    assertThatThrownBy(() -> RingParameters.insecureForTests(logDegree, modulusBits))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void modulusIsTheOneOfTheNativeRing() {
    for (int logDegree = 10; logDegree <= 13; logDegree++) {
      for (int bits : new int[] {20, 27, 41, 54, 60}) {
        RingParameters parameters = RingParameters.insecureForTests(logDegree, bits);
        long q = parameters.modulus();
        assertThat(BigInteger.valueOf(q).bitLength()).isEqualTo(bits);
        assertThat(q % (2L * parameters.degree())).isEqualTo(1);
        try (Ring ring = Ring.create(parameters)) {
          assertThat(ring.modulus()).isEqualTo(q);
          assertThat(ring.degree()).isEqualTo(1 << logDegree);
        }
      }
    }
  }

  @Test
  void shortBitsAreTheMostThatFit() {
    RingParameters parameters = RingParameters.of(11, 41);
    long half = parameters.modulus() / 2;
    int bits = parameters.maxShortBits();
    assertThat(2048L << (bits - 1)).isLessThan(half);
    assertThat(2048L << bits).isGreaterThan(half);
  }
}
