package io.sotto.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ServerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:80, localhost, 80",
    "localhost, localhost, 7443",
    "10.0.0.1:65535, 10.0.0.1, 65535",
    "[::1]:9, [::1], 9",
    "[::1], [::1], 7443",
    "::1, ::1, 7443",
  })
  void understands(String text, String host, int port) {
    assertThat(ServerAddress.parse(text)).isEqualTo(new ServerAddress(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host:", "host:x", "host:0", "host:65536", "host:-1", "host:1234567890123"})
  void refusesOtherPorts(String text) {
    assertThatThrownBy(() -> ServerAddress.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("within 1..65535");
  }

  @Test
  void refusesNoHost() {
    assertThatThrownBy(() -> ServerAddress.parse(":7443")).hasMessageContaining("write HOST:PORT");
    assertThatThrownBy(() -> ServerAddress.parse(" ")).hasMessageContaining("write HOST:PORT");
  }
}
