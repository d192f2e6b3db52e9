package io.sotto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
  @Test
  void areAllOnTheModulesPage() throws IOException {
    String page = Files.readString(Path.of("README.md"));
    assertThat(ServerSettings.all())
        .isNotEmpty()
        .allSatisfy(
            setting ->
                assertThat(page).containsPattern("\\|[^|]*`" + setting.name() + "`[^|]*\\|"));
  }
}
