package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandshakesTest {
  private final Handshakes<String> handshakes = new Handshakes<>(4);

  @Test
  void theOldestOfTheBusiestAddressLeaves() {
    assertThat(handshakes.add("b1", "b")).isNull();
    assertThat(handshakes.add("a1", "a")).isNull();
    assertThat(handshakes.add("a2", "a")).isNull();
    assertThat(handshakes.add("c1", "c")).isNull();
    assertThat(handshakes.add("d1", "d")).isEqualTo("a1");
    // All have one: the oldest of all.
    assertThat(handshakes.add("e1", "e")).isEqualTo("b1");
    assertThat(handshakes.all()).containsExactly("a2", "c1", "d1", "e1");
  }

  /** One that waits for its handshake among those of one that opens more and more. */
  @Test
  void manyOfOneAddressOnlyEndEachOther() {
    handshakes.add("honest", "h");
    for (int i = 0; i < 100; i++) {
      assertThat(handshakes.add("a" + i, "a")).isNotEqualTo("honest");
    }
    assertThat(handshakes.all()).contains("honest").hasSize(4);
  }

  @Test
  void whoHasGreetedLeavesAPlace() {
    for (int i = 0; i < 4; i++) {
      handshakes.add("a" + i, "a");
    }
    handshakes.remove("a2");
    handshakes.remove("a2");
    assertThat(handshakes.add("a4", "a")).isNull();
    assertThat(handshakes.add("a5", "a")).isEqualTo("a0");
  }
}
