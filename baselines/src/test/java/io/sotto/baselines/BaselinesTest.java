package io.sotto.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.step.StepKind;
import io.sotto.server.ConfigException;
import io.sotto.server.ConfigFile;
import io.sotto.server.Scheme;
import io.sotto.server.Schemes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program gets that registers the baselines, and what one has that doesn't. */
class BaselinesTest {
  @Test
  void areOfferedBesideSottosOwnScheme() {
    assertThat(Baselines.SCHEMES.all())
        .extracting(Scheme::name)
        .containsExactly("hybrid", "cryptonets", "mp2ml");
    assertThat(Schemes.STOCK.all()).containsExactly(Scheme.HYBRID);
  }

  @Test
  void areReadBesideSottosOwnSteps() {
    assertThat(PlanCodec.STOCK.kinds()).extracting(StepKind::code).allMatch(code -> code < 32);
    assertThat(Baselines.PLANS.kinds())
        .containsAll(PlanCodec.STOCK.kinds())
        .extracting(StepKind::code)
        .doesNotHaveDuplicates()
        .contains(32, 33, 34);
  }

  @Test
  void areNamedBySettingsOfAProgramThatHasThem(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("sotto.conf"), "model = m\nscheme = cryptonets");
    assertThat(ConfigFile.read(file, Baselines.SCHEMES).build().arithmetic().scheme())
        .isEqualTo(new CryptoNets());
    Files.writeString(file, "model = m\nscheme = delphi");
    assertThatThrownBy(() -> ConfigFile.read(file, Baselines.SCHEMES))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(":2: scheme is delphi; this program has hybrid, cryptonets, mp2ml");
  }
}
