package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.testing.LeakCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ScopeTest {

  @Test
  void closesEverythingInReverseOrderAndOnce() {
    List<Integer> closed = new ArrayList<>();
    Scope scope = new Scope();
    for (int i = 0; i < 3; i++) {
      int number = i;
      AutoCloseable resource = () -> closed.add(number);
      assertThat(scope.own(resource)).isSameAs(resource);
    }
    scope.close();
    scope.close();
    assertThat(closed).containsExactly(2, 1, 0);
  }

  @Test
  void ownsItsBuffers() {
    long before = NativeMemory.liveBytes();
    NativeBuffer buffer;
    try (Scope scope = new Scope()) {
      buffer = scope.allocate(100);
      assertThat(scope.allocateLongs(10).size()).isEqualTo(80);
      assertThat(NativeMemory.liveBytes()).isEqualTo(before + 180);
    }
    assertThat(NativeMemory.liveBytes()).isEqualTo(before);
    assertThatThrownBy(buffer::bytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closesTheRestWhenOneFails() {
    List<String> closed = new ArrayList<>();
    Scope scope = new Scope();
    scope.own((AutoCloseable) () -> closed.add("first"));
    IllegalStateException second = new IllegalStateException("second");
    IllegalStateException third = new IllegalStateException("third");
    scope.own(
        (AutoCloseable)
            () -> {
              throw second;
            });
    scope.own(
        (AutoCloseable)
            () -> {
              throw third;
            });
    assertThatThrownBy(scope::close).isSameAs(third).hasSuppressedException(second);
    assertThat(closed).containsExactly("first");
  }

  @Test
  void wrapsCheckedExceptions() {
    Scope scope = new Scope();
    scope.own(
        (AutoCloseable)
            () -> {
              throw new IOException("disk");
            });
    assertThatThrownBy(scope::close)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("disk");
  }

  @Test
  void takesNothingAfterClose() {
    Scope scope = new Scope();
    scope.close();
    assertThatThrownBy(() -> scope.allocate(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this scope is closed");
    assertThatThrownBy(() -> scope.allocateLongs(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> scope.own((AutoCloseable) () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
