package io.sotto.baselines.slots;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.natives.NativeMemory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes are either refused with an IllegalArgumentException, and leave nothing behind, or are
 * what encoding gives back. Runs the inputs kept; searches for others with JAZZER_FUZZ=1. Slow
 * because Jazzer instruments everything first; {@link SlotWireTest} has the cases that always run.
 */
@Tag("slow")
class SlotDecoderFuzzTest {
  private static final int COUNT = 2;
  private static SlotContext context;

  @BeforeAll
  static void open() {
    context = SlotContext.create(SlotWireTest.PARAMETERS);
  }

  @AfterAll
  static void close() {
    context.close();
  }

  @FuzzTest
  void upload(byte[] wire) {
    long buffers = NativeMemory.liveBuffers();
    int level = context.topLevel();
    try (SlotRows rows = SlotRows.allocate(context, level, COUNT, 1)) {
      rows.readFirstParts(0, COUNT, ByteBuffer.wrap(wire));
      ByteBuffer again =
          ByteBuffer.allocate(SlotRows.wireBytes(context.parameters(), level, COUNT));
      rows.write(0, COUNT, again);
      assertThat(again.flip().limit(wire.length)).isEqualTo(ByteBuffer.wrap(wire));
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("rows: ");
    }
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }

  @FuzzTest
  void results(byte[] wire) {
    long buffers = NativeMemory.liveBuffers();
    try (SlotRows rows = SlotRows.allocate(context, 0, COUNT, 1)) {
      rows.read(0, COUNT, ByteBuffer.wrap(wire));
      ByteBuffer again = ByteBuffer.allocate(wire.length);
      rows.write(0, COUNT, again);
      assertThat(again.flip()).isEqualTo(ByteBuffer.wrap(wire));
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("rows: ");
    }
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }

  /** The bytes are cut into the messages that there are to be; what is left makes one more. */
  @FuzzTest
  void keys(byte[] wire) {
    long buffers = NativeMemory.liveBuffers();
    SlotKeySpec spec = new SlotKeySpec(context.parameters(), true, 0);
    ByteBuffer left = ByteBuffer.wrap(wire);
    try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
      for (int i = 0; i < spec.messages() || left.hasRemaining(); i++) {
        int length = left.remaining();
        if (i < spec.messages()) {
          length = Math.min(length, spec.messageBytes(i));
        }
        receiver.message(left.slice(left.position(), length));
        left.position(left.position() + length);
      }
      receiver.finish().close();
    } catch (IllegalArgumentException refused) {
      assertThat(refused).message().matches("(rows: |keys for slots: ).*");
    }
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }
}
