package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class NativeBufferTest {

  @Test
  void isZeroAtBirthAndAligned() {
    for (int size : new int[] {1, 63, 64, 65, 4096, 1 << 20}) {
      try (NativeBuffer dirty = NativeBuffer.allocate(size)) {
        ByteBuffer bytes = dirty.bytes();
        while (bytes.hasRemaining()) {
          bytes.put((byte) 0x5a);
        }
      }
      try (NativeBuffer buffer = NativeBuffer.allocate(size)) {
        assertThat(buffer.pointer().address() % 64).isZero();
        assertThat(buffer.size()).isEqualTo(size);
        byte[] content = new byte[size];
        buffer.bytes().get(content);
        assertThat(content).containsOnly(0);
      }
    }
  }

  @Test
  void whatIsDiscardedIsZeroAndTheRestIsNot() {
    int size = 5 << 20;
    try (NativeBuffer buffer = NativeBuffer.allocate(size)) {
      byte[] content = new byte[size];
      Arrays.fill(content, (byte) 0x5a);
      buffer.bytes().put(content);
      buffer.slice(100, size - 200).discard();
      buffer.bytes().get(content);
      for (int i = 0; i < size; i++) {
        if (content[i] != (i < 100 || i >= size - 100 ? 0x5a : 0)) {
          throw new AssertionError("byte " + i + " is " + content[i]);
        }
      }
      buffer.slice(100, 1).bytes().put(0, (byte) 1);
      assertThat(buffer.bytes().get(100)).isEqualTo((byte) 1);
    }
  }

  @Test
  void viewsAreLittleEndianAndStartAtZeroEachTime() {
    try (NativeBuffer buffer = NativeBuffer.allocate(20)) {
      ByteBuffer bytes = buffer.bytes();
      assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.isDirect()).isTrue();
      bytes.putLong(0x0102030405060708L).putInt(-1);
      assertThat(buffer.bytes().position()).isZero();
      assertThat(buffer.bytes().remaining()).isEqualTo(20);
      assertThat(buffer.bytes().get(0)).isEqualTo((byte) 8);
      LongBuffer longs = buffer.longs();
      assertThat(longs.remaining()).isEqualTo(2);
      assertThat(longs.get(0)).isEqualTo(0x0102030405060708L);
      longs.put(1, 7);
      assertThat(buffer.bytes().getLong(8)).isEqualTo(7);
    }
  }

  @Test
  void mayBeEmpty() {
    try (NativeBuffer buffer = NativeBuffer.allocate(0)) {
      assertThat(buffer.bytes().capacity()).isZero();
      assertThat(buffer.longs().capacity()).isZero();
      assertThat(buffer.slice(0, 0).size()).isZero();
    }
  }

  @Test
  void slicesShareMemoryAndStayInBounds() {
    try (NativeBuffer buffer = NativeBuffer.allocate(100)) {
      NativeBuffer slice = buffer.slice(10, 50);
      slice.bytes().put(3, (byte) 9);
      assertThat(buffer.bytes().get(13)).isEqualTo((byte) 9);
      NativeBuffer inner = slice.slice(3, 1);
      assertThat(inner.bytes().get(0)).isEqualTo((byte) 9);
      assertThat(slice.bytes().capacity()).isEqualTo(50);
      assertThatThrownBy(() -> slice.slice(50, 1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> slice.slice(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> slice.slice(1, Long.MAX_VALUE))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> slice.bytes().get(50)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void closingASliceClosesNothing() {
    try (NativeBuffer buffer = NativeBuffer.allocate(16)) {
      NativeBuffer slice = buffer.slice(0, 8);
      slice.close();
      assertThatCode(slice::bytes).doesNotThrowAnyException();
      assertThatCode(buffer::bytes).doesNotThrowAnyException();
    }
  }

  @Test
  void useAfterCloseThrows() {
    NativeBuffer buffer = NativeBuffer.allocate(16);
    NativeBuffer slice = buffer.slice(0, 8);
    buffer.close();
    for (NativeBuffer dead : new NativeBuffer[] {buffer, slice}) {
      assertThatThrownBy(dead::bytes)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(dead::longs).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(dead::pointer).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(dead::wipe).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> dead.slice(0, 1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closeIsIdempotentAndCountsOnce() {
    long buffers = NativeMemory.liveBuffers();
    long bytes = NativeMemory.liveBytes();
    NativeBuffer buffer = NativeBuffer.allocate(1000);
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers + 1);
    assertThat(NativeMemory.liveBytes()).isEqualTo(bytes + 1000);
    buffer.close();
    buffer.close();
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
    assertThat(NativeMemory.liveBytes()).isEqualTo(bytes);
  }

  @Test
  void wipeOverwrites() {
    try (NativeBuffer buffer = NativeBuffer.allocate(24)) {
      buffer.longs().put(new long[] {1, 2, 3});
      buffer.slice(8, 8).wipe();
      long[] content = new long[3];
      buffer.longs().get(content);
      assertThat(content).containsExactly(1, 0, 3);
      buffer.wipe();
      buffer.longs().get(content);
      assertThat(content).containsExactly(0, 0, 0);
    }
  }

  @Test
  void wrongSizesGiveOneClearLine() {
    assertThatThrownBy(() -> NativeBuffer.allocate(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a buffer of -1 bytes; give 0 or more");
    assertThatThrownBy(() -> NativeBuffer.allocateLongs(Long.MAX_VALUE / 2))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> NativeBuffer.allocate(Long.MAX_VALUE))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("no native memory for a buffer of 9223372036854775807 bytes");
    try (NativeBuffer buffer = NativeBuffer.allocate(8)) {
      assertThatThrownBy(() -> buffer.pointer("weights", 9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weights is a buffer of 8 bytes; it has to have at least 9");
    }
  }

  @Test
  void knowsWhenMemoryIsShared() {
    try (NativeBuffer one = NativeBuffer.allocate(16);
        NativeBuffer two = NativeBuffer.allocate(16)) {
      assertThat(one.overlaps(two)).isFalse();
      assertThat(one.slice(0, 8).overlaps(one.slice(8, 8))).isFalse();
      assertThat(one.slice(0, 9).overlaps(one.slice(8, 8))).isTrue();
    }
  }
}
