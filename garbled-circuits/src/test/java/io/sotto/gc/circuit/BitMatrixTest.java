package io.sotto.gc.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.gc.testing.RandomBits;
import io.sotto.natives.CpuFeatures;
import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class BitMatrixTest {

  @ParameterizedTest
  @CsvSource({"0,5", "1,1", "63,16", "64,17", "65,64", "512,26", "1000,1"})
  void sharesBecomeRowsAndComeBack(int count, int bits) {
    for (Set<Feature> features : CpuFeatures.generations()) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        assertThat(restriction).isNotNull();
        requireRows(count, bits);
      }
    }
  }

  private static void requireRows(int count, int bits) {
    long seed = new SecureRandom().nextLong();
    try (NativeBuffer longs = RandomBits.longs(new Random(seed), count, 64);
        NativeBuffer back = NativeBuffer.allocateLongs(Math.max(1, count));
        BitMatrix matrix = BitMatrix.fromShares(longs, count, bits)) {
      assertThat(matrix.rows()).isEqualTo(bits);
      assertThat(matrix.columns()).isEqualTo(count);
      matrix.toShares(back);
      for (int c = 0; c < count; c++) {
        long value = longs.longs().get(c);
        for (int r = 0; r < bits; r++) {
          assertThat(matrix.get(r, c)).as("seed %d", seed).isEqualTo((value >> r & 1) != 0);
        }
        assertThat(back.longs().get(c)).isEqualTo(bits == 64 ? value : value & ((1L << bits) - 1));
      }
      for (int word = 0; word < matrix.rows() * matrix.rowWords(); word++) {
        if (word % matrix.rowWords() * 64 >= count) {
          assertThat(matrix.words().get(word)).isZero();
        }
      }
    }
  }

  @Test
  void partsOfTheRowsHoldDifferentNumbers() {
    try (NativeBuffer a = RandomBits.longs(new Random(1), 100, 7);
        NativeBuffer b = RandomBits.longs(new Random(2), 100, 9);
        NativeBuffer back = NativeBuffer.allocateLongs(100);
        BitMatrix matrix = new BitMatrix(16, 100)) {
      matrix.setShares(0, a, 7);
      matrix.setShares(7, b, 9);
      matrix.getShares(0, back, 7);
      assertThat(back.longs()).isEqualTo(a.longs());
      matrix.getShares(7, back, 9);
      assertThat(back.longs()).isEqualTo(b.longs());
    }
  }

  @Test
  void oneBitAtATime() {
    try (BitMatrix matrix = new BitMatrix(2, 130)) {
      matrix.set(1, 129, true);
      assertThat(matrix.get(1, 129)).isTrue();
      assertThat(matrix.get(0, 129)).isFalse();
      assertThat(matrix.get(1, 128)).isFalse();
      matrix.set(1, 129, false);
      assertThat(matrix.get(1, 129)).isFalse();
      assertThatThrownBy(() -> matrix.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> matrix.set(0, 130, true))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void wrongSizesAreRefused() {
    assertThatThrownBy(() -> new BitMatrix(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    try (BitMatrix matrix = new BitMatrix(65, 10);
        NativeBuffer longs = NativeBuffer.allocateLongs(10);
        NativeBuffer few = NativeBuffer.allocateLongs(9)) {
      assertThatThrownBy(() -> matrix.toShares(longs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("64");
      assertThatThrownBy(() -> matrix.setShares(60, longs, 6))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> matrix.setShares(0, few, 6))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("72 bytes");
    }
  }
}
