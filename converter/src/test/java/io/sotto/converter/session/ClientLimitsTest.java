package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientLimitsTest {
  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT0S", "P110000D"})
  void timesThatCannotBeWaitedForAreRefusedInOneLine(String silence) {
    Duration time = Duration.parse(silence);
    assertThatThrownBy(() -> ClientLimits.DEFAULT.withSilence(time))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a limit of %s without a message given; allowed are times above 0 and up to 292 years",
            time);
  }

  @Test
  void anyOtherTimeIsTaken() {
    Duration longest = Duration.ofNanos(Long.MAX_VALUE);
    assertThat(ClientLimits.DEFAULT.withSilence(longest).silence()).isEqualTo(longest);
  }
}
