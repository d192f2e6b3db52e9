package io.sotto.natives.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeRing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class LeakCheckTest {

  private static final List<AutoCloseable> leaked = new ArrayList<>();

  @AfterEach
  void closeWhatWasLeaked() throws Exception {
    for (AutoCloseable resource : leaked) {
      resource.close();
    }
    leaked.clear();
  }

  @ExtendWith(LeakCheck.class)
  static class Tidy {
    @Test
    void closesItsBuffer() {
      try (NativeBuffer buffer = NativeBuffer.allocate(10)) {
        assertThat(buffer.size()).isEqualTo(10);
      }
    }
  }

  @ExtendWith(LeakCheck.class)
  static class LeaksABuffer {
    @Test
    void forgets() {
      leaked.add(NativeBuffer.allocate(10));
    }
  }

  @ExtendWith(LeakCheck.class)
  static class LeaksAHandle {
    @Test
    void forgets() {
      leaked.add(NativeRing.create(10, 30));
    }
  }

  @Test
  void passesATidyTest() {
    assertThat(run(Tidy.class)).isEmpty();
  }

  @Test
  void failsATestThatLeavesABufferAndNamesItsBirthplace() {
    List<Throwable> failures = run(LeaksABuffer.class);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0))
        .hasMessage(
            "native memory leaks: 1 buffers (10 bytes) and 0 handles more than before the test");
    assertThat(failures.get(0)).cause().hasMessage("10 bytes allocated here");
    assertThat(failures.get(0))
        .cause()
        .hasStackTraceContaining("LeakCheckTest$LeaksABuffer.forgets");
  }

  @Test
  void failsATestThatLeavesAHandle() {
    List<Throwable> failures = run(LeaksAHandle.class);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).hasMessageContaining("0 buffers (0 bytes) and 1 handles");
    assertThat(failures.get(0)).cause().hasMessage("ring created here");
  }

  private static List<Throwable> run(Class<?> testClass) {
    List<Throwable> failures = new ArrayList<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(testClass))
            .build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(failures::add);
              }
            });
    return failures;
  }
}
