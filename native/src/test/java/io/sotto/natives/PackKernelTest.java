package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class PackKernelTest {
  private static final long SEED = 20261123;

  /** One large number, written little-endian, is what packing is. */
  private static byte[] twin(long[] values, int bits) {
    BigInteger all = BigInteger.ZERO;
    for (int i = values.length - 1; i >= 0; i--) {
      all = all.shiftLeft(bits).or(BigInteger.valueOf(values[i]));
    }
    byte[] out = new byte[(values.length * bits + 7) / 8];
    byte[] bigEndian = all.toByteArray();
    for (int i = 0; i < Math.min(out.length, bigEndian.length); i++) {
      out[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return out;
  }

  @Test
  void packsAndUnpacksEveryWidth() {
    Random random = new Random(SEED);
    for (int bits = 1; bits <= 62; bits++) {
      for (int count : new int[] {0, 1, 2, 7, 8, 9, 64, 129}) {
        long[] values = random.longs(count, 0, 1L << bits).toArray();
        if (count > 1) {
          values[0] = (1L << bits) - 1;
          values[count - 1] = (1L << bits) - 1;
        }
        byte[] packed = pack(values, bits);
        assertThat(packed)
            .as("%d of %d bits, seed %d", count, bits, SEED)
            .isEqualTo(twin(values, bits));
        long[] back = new long[count];
        assertThat(unpack(packed, bits, 1L << bits, back)).isTrue();
        assertThat(back).as("%d of %d bits, seed %d", count, bits, SEED).isEqualTo(values);
      }
    }
  }

  @Test
  void tellsValuesFromTheBoundOn() {
    for (int bits : new int[] {2, 5, 41, 62}) {
      long bound = (1L << bits) - 1;
      for (int at = 0; at < 20; at++) {
        long[] values = new long[20];
        values[at] = bound - 1;
        assertThat(unpack(pack(values, bits), bits, bound, new long[20])).isTrue();
        values[at] = bound;
        assertThat(unpack(pack(values, bits), bits, bound, new long[20])).isFalse();
      }
    }
  }

  @Test
  void tellsSpareBits() {
    byte[] packed = pack(new long[] {1, 2, 3}, 5);
    long[] back = new long[3];
    assertThat(unpack(packed, 5, 32, back)).isTrue();
    packed[1] |= (byte) 0x80;
    assertThat(unpack(packed, 5, 32, back)).isFalse();
  }

  @Test
  void refusesWideValuesAndShortBuffers() {
    assertThatThrownBy(() -> pack(new long[] {0, 32, 0}, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wider");
    assertThatThrownBy(() -> pack(new long[] {-1}, 62))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wider");
    try (NativeBuffer longs = NativeBuffer.allocate(80);
        NativeBuffer bytes = NativeBuffer.allocate(9)) {
      assertThatThrownBy(() -> PackKernel.pack(longs, 10, 8, bytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("out");
      assertThatThrownBy(() -> PackKernel.unpack(bytes, 10, 8, 256, longs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("packed");
      assertThatThrownBy(() -> PackKernel.unpack(bytes, 11, 5, 32, longs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("out");
      assertThatThrownBy(() -> PackKernel.unpack(bytes, 1, 5, 33, longs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bound");
      for (int bits : new int[] {0, 63}) {
        assertThatThrownBy(() -> PackKernel.pack(longs, 1, bits, bytes))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("62");
      }
    }
  }

  private static byte[] pack(long[] values, int bits) {
    byte[] packed = new byte[Math.toIntExact(PackKernel.packedBytes(values.length, bits))];
    try (NativeBuffer in = NativeBuffer.allocate(values.length * (long) Long.BYTES);
        NativeBuffer out = NativeBuffer.allocate(packed.length)) {
      in.longs().put(values);
      PackKernel.pack(in, values.length, bits, out);
      out.bytes().get(packed);
      return packed;
    }
  }

  private static boolean unpack(byte[] packed, int bits, long bound, long[] values) {
    try (NativeBuffer in = NativeBuffer.allocate(packed.length);
        NativeBuffer out = NativeBuffer.allocate(values.length * (long) Long.BYTES)) {
      in.bytes().put(packed);
      boolean valid = PackKernel.unpack(in, values.length, bits, bound, out);
      out.longs().get(values);
      return valid;
    }
  }
}
