package io.sotto.baselines.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeMemory;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What crosses the wire for slots: round trips, and everything that may be wrong with it. */
@ExtendWith(LeakCheck.class)
class SlotWireTest {
  /** Primes of 21, 20 and 21 bits, so that messages are small. */
  static final SlotParameters PARAMETERS = SlotParameters.insecureForTests(10, 1, 20, 21);

  private static final int COUNT = 2;

  private final Scope scope = new Scope();
  private SlotContext context;
  private SlotSecretKey key;

  @BeforeEach
  void open() {
    context = scope.own(SlotContext.create(PARAMETERS));
    key = scope.own(SlotSecretKey.generate(context));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private byte[] upload() {
    ByteBuffer wire =
        ByteBuffer.allocate(SlotRows.firstPartBytes(PARAMETERS, context.topLevel(), COUNT));
    NativeBuffer values = scope.allocate(COUNT * (long) Double.BYTES);
    try (SlotSecretKey.Upload upload = key.upload(new SecureRandom())) {
      upload.write(values, COUNT, 1, 1 << 10, wire);
    }
    assertThat(wire.hasRemaining()).isFalse();
    return wire.array();
  }

  /** A malformed message is refused and leaves nothing behind. */
  private static void refused(ThrowingCallable decoder, String message) {
    long buffers = NativeMemory.liveBuffers();
    assertThatThrownBy(decoder)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }

  private void read(byte[] wire) {
    try (SlotRows rows = SlotRows.allocate(context, context.topLevel(), COUNT, 1)) {
      rows.readFirstParts(0, COUNT, ByteBuffer.wrap(wire));
    }
  }

  @Test
  void uploadsArriveAsTheyWereWritten() {
    byte[] wire = upload();
    try (SlotRows rows = SlotRows.allocate(context, context.topLevel(), COUNT, 1)) {
      rows.readFirstParts(0, COUNT, ByteBuffer.wrap(wire));
      ByteBuffer again = ByteBuffer.allocate(2 * wire.length);
      rows.write(0, COUNT, again);
      assertThat(Arrays.copyOf(again.array(), wire.length)).isEqualTo(wire);
    }
  }

  @Test
  void malformedUploadsAreRefused() {
    byte[] wire = upload();
    refused(() -> read(Arrays.copyOf(wire, wire.length - 1)), "cut short");
    refused(() -> read(Arrays.copyOf(wire, wire.length + 1)), "1 bytes too many");
    Arrays.fill(wire, wire.length - 20, wire.length, (byte) 0xff);
    refused(() -> read(wire), "not below its prime");
  }

  @Test
  void elementsThatAreNotThereAreRefused() {
    try (SlotRows rows = SlotRows.allocate(context, 0, COUNT, 1)) {
      ByteBuffer two = ByteBuffer.allocate(SlotRows.wireBytes(PARAMETERS, 0, COUNT));
      refused(() -> rows.read(1, COUNT, two), "elements 1 to 3 of 2");
      refused(() -> rows.readFirstParts(-1, COUNT, two), "elements -1 to 1 of 2");
    }
  }

  @Test
  void keysArrive() {
    SlotKeySpec spec = new SlotKeySpec(PARAMETERS, true, 0);
    try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
      key.serverKeys(spec, new SecureRandom()).forEach(receiver::message);
      try (SlotServerKeys keys = receiver.finish()) {
        assertThat(keys.relinearisation()).isNotNull();
      }
    }
  }

  @Test
  void malformedKeysAreRefused() {
    for (boolean relinearise : new boolean[] {false, true}) {
      SlotKeySpec spec = new SlotKeySpec(PARAMETERS, relinearise, 0);
      List<ByteBuffer> messages = key.serverKeys(spec, new SecureRandom());
      try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
        refused(receiver::finish, "0 of %d messages".formatted(messages.size()));
        refused(() -> receiver.message(ByteBuffer.allocate(7)), "message 0 has 7 bytes");
        messages.forEach(each -> receiver.message(each.duplicate()));
        refused(() -> receiver.message(messages.get(0)), "more than");
      }
      byte[] wrong = new byte[spec.messageBytes(0)];
      Arrays.fill(wrong, (byte) 0xff);
      try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
        refused(() -> receiver.message(ByteBuffer.wrap(wrong)), "not below its prime");
      }
    }
  }
}
