package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class CostsFileTest {
  @Test
  void costsAreMeasuredOnceAndThenRead(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("costs.json");
    UnitCosts measured = CostsFile.read(file);
    assertThat(measured.upload()).isPositive();
    assertThat(measured.product()).isPositive();
    assertThat(measured.multiplyAdds()).isPositive();
    assertThat(CostsFile.read(file)).isEqualTo(measured);
  }

  @Test
  void whatIsNoCostsFileIsRefusedWithWhatToDo(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("costs.json");
    Files.writeString(file, "{\"upload\": -1}");
    assertThatThrownBy(() -> CostsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage("the costs file " + file + " isn't one; remove it, and it is measured again");
  }
}
