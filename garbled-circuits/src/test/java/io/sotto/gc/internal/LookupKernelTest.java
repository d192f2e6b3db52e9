package io.sotto.gc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.CpuFeatures;
import io.sotto.natives.LookupPads;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;
import io.sotto.natives.WireLabels;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lookups and products: each form against what is specified, and all against the plain one. */
@ExtendWith(LeakCheck.class)
class LookupKernelTest {
  private static final int[] SIZES = {0, 1, 7, 8, 9, 255, 256, 257, 1000};
  private static final int BLOCK = 256;

  /** Bytes behind each result, which must stay what they are. */
  private static final int GUARD = 16;

  private static final byte GUARD_BYTE = 77;

  private static final LabelKernel PLAIN = new PlainLabelKernel();

  /** All that a chunk of 16 bits may have, and the shapes at the limits. */
  private static List<LookupWindow> windows() {
    List<LookupWindow> windows = new ArrayList<>();
    for (int bits = 1; bits <= 5; bits++) {
      windows.add(new LookupWindow(3 * bits, bits, bits - 1, false));
      windows.add(new LookupWindow(62 - bits, bits, 2, false));
      if (bits < 5) {
        windows.add(new LookupWindow(3 * bits, bits, 1, true));
        windows.add(new LookupWindow(62 - bits, bits, 0, true));
      }
    }
    return windows;
  }

  private static NativeBuffer random(Scope scope, Random random, long bytes) {
    byte[] values = new byte[Math.toIntExact(bytes)];
    random.nextBytes(values);
    NativeBuffer buffer = scope.allocate(bytes);
    buffer.bytes().put(values);
    return buffer;
  }

  private static NativeBuffer words(Scope scope, Random random, int size) {
    return random(scope, random, (long) size * Long.BYTES);
  }

  private static NativeBuffer row(Scope scope, Random random, int size) {
    return random(scope, random, (size + 7L) / 8);
  }

  private static NativeBuffer laneRow(Scope scope, Random random, int size) {
    return random(scope, random, LabelKernel.lanes(size) / 8);
  }

  private static NativeBuffer labels(Scope scope, Random random, int wires, int size) {
    return random(scope, random, (long) wires * LabelKernel.lanes(size) * 16);
  }

  /** For so many bytes, with guards behind. */
  private static NativeBuffer result(Scope scope, long bytes) {
    NativeBuffer buffer = scope.allocate(bytes + GUARD);
    for (int i = 0; i < GUARD; i++) {
      buffer.bytes().put(Math.toIntExact(bytes) + i, GUARD_BYTE);
    }
    return buffer;
  }

  private static NativeBuffer resultWords(Scope scope, int size) {
    return result(scope, (long) size * Long.BYTES);
  }

  private static NativeBuffer resultRow(Scope scope, int size) {
    return result(scope, (size + 7L) / 8);
  }

  private static void checkGuards(NativeBuffer result) {
    ByteBuffer bytes = result.bytes();
    for (int i = bytes.capacity() - GUARD; i < bytes.capacity(); i++) {
      assertThat(bytes.get(i)).isEqualTo(GUARD_BYTE);
    }
  }

  private static int bit(NativeBuffer row, int i) {
    return row.bytes().get(i / 8) >> i % 8 & 1;
  }

  private static void checkSurplus(NativeBuffer row, int size) {
    for (int i = size; i < (size + 7) / 8 * 8; i++) {
      assertThat(bit(row, i)).as("surplus bit %d of %d", i, size).isZero();
    }
  }

  /** Everything that a form computes from given inputs, of all functions. */
  private static byte[] everything(LabelKernel kernel, long seed) {
    Random random = new Random(seed);
    LookupKernel lookups = kernel.lookups();
    ProductKernel products = kernel.products();
    List<NativeBuffer> results = new ArrayList<>();
    try (Scope scope = new Scope()) {
      for (int size : SIZES) {
        int block = random.nextBoolean() ? BLOCK : 24;
        NativeBuffer delta = random(scope, random, 16);
        NativeBuffer key = random(scope, random, 16);
        NativeBuffer shares = words(scope, random, size);
        for (LookupWindow window : windows()) {
          int wires = window.firstWire() + window.choices() + random.nextInt(3);
          NativeBuffer labels = labels(scope, random, wires, size);
          var transfers =
              new LookupPads.Transfers(wires, size, block, key, random.nextLong(), labels);
          NativeBuffer pads = resultWords(scope, size);
          NativeBuffer chosen = resultWords(scope, size);
          lookups.pads(transfers, window, delta, pads);
          lookups.chosenPads(transfers, window, chosen);
          NativeBuffer carries = row(scope, random, size);
          NativeBuffer tables = resultWords(scope, size);
          NativeBuffer entries = resultRow(scope, size);
          NativeBuffer fresh = row(scope, random, size);
          lookups.tables(window, size, shares, carries, fresh, pads, tables);
          lookups.entries(window, size, shares, carries, chosen, tables, entries);
          results.addAll(List.of(pads, chosen, tables, entries));
        }
        for (int bits : new int[] {2, 16, 61, 62}) {
          NativeBuffer row = resultRow(scope, size);
          NativeBuffer signs = resultWords(scope, size);
          NativeBuffer narrow = resultWords(scope, size);
          NativeBuffer wide = resultWords(scope, size);
          lookups.bits(bits, size, random.nextLong(), shares, row);
          lookups.signs(bits, size, shares, signs);
          NativeBuffer added = words(scope, random, size);
          NativeBuffer wraps = words(scope, random, size);
          var same = new LookupTables.Part(0, bits, bits, random.nextBoolean());
          var wider = new LookupTables.Part(62 - bits, bits, 62, random.nextBoolean());
          lookups.parts(same, size, shares, added, scope.allocate(0), narrow);
          lookups.parts(wider, size, shares, added, wraps, wide);
          results.addAll(List.of(row, signs, narrow, wide));
        }
        for (int width : new int[] {1, 12, 28, 62}) {
          NativeBuffer labels = labels(scope, random, 1, size);
          var run = new Products.Run(width, size, block, key, random.nextLong());
          NativeBuffer bits = laneRow(scope, random, size);
          NativeBuffer factors = words(scope, random, size);
          NativeBuffer corrections = resultWords(scope, size);
          NativeBuffer own = resultWords(scope, size);
          NativeBuffer taken = resultWords(scope, size);
          for (int i = 0; i < size; i++) {
            taken.longs().put(i, random.nextLong());
          }
          products.own(run, delta, labels, bits, factors, corrections, own);
          products.take(run, labels, bits, factors, taken);
          results.addAll(List.of(corrections, own, taken));
        }
      }
      results.forEach(LookupKernelTest::checkGuards);
      return KernelForms.bytes(results);
    }
  }

  @Test
  void allFormsComputeTheSameBytes() {
    long seed = new SecureRandom().nextLong();
    byte[] expected = everything(new PlainLabelKernel(), seed);
    KernelForms.forEach(
        kernel ->
            assertThat(everything(kernel, seed))
                .as("seed %d, %s with %s", seed, kernel, CpuFeatures.usable())
                .isEqualTo(expected));
  }

  /** Adds as at school. */
  private static int carryOut(long first, long second, int carry, LookupWindow window) {
    for (int bit = window.firstBit(); bit < window.firstBit() + window.bits(); bit++) {
      int ones = (int) (first >>> bit & 1) + (int) (second >>> bit & 1) + carry;
      carry = ones >= 2 ? 1 : 0;
    }
    return carry;
  }

  @Test
  void aTableHasTheCarryOfEachEntry() {
    long seed = new SecureRandom().nextLong();
    KernelForms.forEach(
        kernel -> {
          Random random = new Random(seed);
          for (LookupWindow window : windows()) {
            for (int size : SIZES) {
              checkTables(kernel.lookups(), random, window, size, "seed " + seed);
            }
          }
        });
  }

  private static void checkTables(
      LookupKernel kernel, Random random, LookupWindow window, int size, String hint) {
    try (Scope scope = new Scope()) {
      NativeBuffer own = words(scope, random, size);
      NativeBuffer carries = row(scope, random, size);
      NativeBuffer fresh = row(scope, random, size);
      NativeBuffer pads = words(scope, random, size);
      NativeBuffer tables = resultWords(scope, size);
      kernel.tables(window, size, own, carries, fresh, pads, tables);
      checkGuards(tables);
      for (int i = 0; i < size; i++) {
        long expected = 0;
        for (long entry = 0; entry < window.entries(); entry++) {
          int carry = 0;
          if (window.carries()) {
            carry = bit(carries, i) == (entry >= 1L << window.bits() ? 1 : 0) ? 0 : 1;
          }
          long other = entry << window.firstBit();
          int out = carryOut(own.longs().get(i), other, carry, window);
          long pad = pads.longs().get(i) >>> entry & 1;
          expected |= (out + bit(fresh, i) + pad) % 2 << entry;
        }
        assertThat(tables.longs().get(i)).as("%s, %s", hint, window).isEqualTo(expected);
      }

      // The other side reads the entry of its own bits.
      NativeBuffer others = words(scope, random, size);
      NativeBuffer choices = row(scope, random, size);
      NativeBuffer row = resultRow(scope, size);
      kernel.entries(window, size, others, choices, pads, tables, row);
      checkGuards(row);
      checkSurplus(row, size);
      for (int i = 0; i < size; i++) {
        int carry = window.carries() ? (bit(carries, i) + bit(choices, i)) % 2 : 0;
        long own64 = own.longs().get(i);
        int out = carryOut(own64, others.longs().get(i), carry, window);
        assertThat(bit(row, i)).as("%s, %s", hint, window).isEqualTo((out + bit(fresh, i)) % 2);
      }
    }
  }

  /** H(label + offset, id) of one label of a buffer, by the plain kernel: its low word. */
  private static long hash(
      NativeBuffer labels, long label, NativeBuffer offset, NativeBuffer key, long id) {
    try (Scope scope = new Scope()) {
      NativeBuffer alone = scope.allocate(8 * 16);
      NativeBuffer hashes = scope.allocate(8 * 16);
      alone.bytes().put(labels.slice(label * 16, 16).bytes());
      PLAIN.hash(alone, offset, key, id, 1, hashes);
      return hashes.longs().get(0);
    }
  }

  /** The number among all labels of that of an instance's wire. */
  private static long label(int wires, int size, int block, int wire, int instance) {
    int start = instance / block * block;
    int n = Math.min(block, size - start);
    return (long) wires * start + (long) wire * LabelKernel.lanes(n) + (instance - start);
  }

  @Test
  void padsAreSumsOfHashes() {
    long seed = new SecureRandom().nextLong();
    KernelForms.forEach(
        kernel -> {
          Random random = new Random(seed);
          for (LookupWindow window : windows()) {
            checkPads(kernel.lookups(), random, window, 9, BLOCK, "seed " + seed);
            checkPads(kernel.lookups(), random, window, 57, 24, "seed " + seed);
          }
          LookupWindow widest = new LookupWindow(0, 4, 2, true);
          checkPads(kernel.lookups(), random, widest, 2 * BLOCK + 3, BLOCK, "seed " + seed);
        });
  }

  private static void checkPads(
      LookupKernel kernel, Random random, LookupWindow window, int size, int block, String hint) {
    int wires = window.firstWire() + window.choices() + 1;
    try (Scope scope = new Scope()) {
      NativeBuffer delta = random(scope, random, 16);
      NativeBuffer nothing = scope.allocate(16);
      NativeBuffer key = random(scope, random, 16);
      NativeBuffer labels = labels(scope, random, wires, size);
      NativeBuffer pads = resultWords(scope, size);
      NativeBuffer chosen = resultWords(scope, size);
      long firstId = random.nextLong();
      var transfers = new LookupPads.Transfers(wires, size, block, key, firstId, labels);
      kernel.pads(transfers, window, delta, pads);
      kernel.chosenPads(transfers, window, chosen);
      for (int i = 0; i < size; i++) {
        long[][] hashes = new long[2][window.choices()];
        long sum = 0;
        for (int j = 0; j < window.choices(); j++) {
          int wire = window.firstWire() + j;
          long id = firstId + (long) (i / block) * wires + wire;
          long at = label(wires, size, block, wire, i);
          hashes[0][j] = hash(labels, at, nothing, key, id);
          hashes[1][j] = hash(labels, at, delta, key, id);
          sum ^= hashes[0][j];
        }
        long expected = 0;
        for (int entry = 0; entry < window.entries(); entry++) {
          long pad = 0;
          for (int j = 0; j < window.choices(); j++) {
            pad ^= hashes[entry >> j & 1][j] >>> entry & 1;
          }
          expected |= pad << entry;
        }
        assertThat(pads.longs().get(i)).as("%s, %s", hint, window).isEqualTo(expected);
        assertThat(chosen.longs().get(i)).as("%s, %s", hint, window).isEqualTo(sum);
      }
    }
  }

  /**
   * Who has the labels of an entry has its pad; what it has at each other entry differs from the
   * pad in half of the cases, and at any two others independently.
   */
  @Test
  void padsOfEntriesThatWereNotChosenLookRandom() {
    int size = 20_000;
    double limit = 6 * Math.sqrt(size);
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    LookupWindow window = new LookupWindow(0, 5, 0, false);
    try (Scope scope = new Scope()) {
      NativeBuffer delta = random(scope, random, 16);
      NativeBuffer key = random(scope, random, 16);
      NativeBuffer labels = labels(scope, random, 5, size);
      NativeBuffer pads = scope.allocateLongs(size);
      NativeBuffer chosenPads = scope.allocateLongs(size);
      LookupKernel kernel = KernelForms.fastest().lookups();
      var transfers = new LookupPads.Transfers(5, size, BLOCK, key, 1L << 40, labels);
      kernel.pads(transfers, window, delta, pads);
      int[] chosen = new int[size];
      LongBuffer words = labels.longs();
      for (int i = 0; i < size; i++) {
        chosen[i] = random.nextInt(32);
        for (int j = 0; j < 5; j++) {
          if ((chosen[i] >> j & 1) != 0) {
            int at = Math.toIntExact(2 * label(5, size, BLOCK, j, i));
            words.put(at, words.get(at) ^ delta.longs().get(0));
            words.put(at + 1, words.get(at + 1) ^ delta.longs().get(1));
          }
        }
      }
      kernel.chosenPads(transfers, window, chosenPads);
      // By the choices in which an entry differs from the chosen one.
      int[][] differences = new int[32][32];
      for (int i = 0; i < size; i++) {
        long wrong = pads.longs().get(i) ^ chosenPads.longs().get(i);
        for (int x = 0; x < 32; x++) {
          for (int y = x; y < 32; y++) {
            long first = wrong >>> (chosen[i] ^ x) & 1;
            long second = wrong >>> (chosen[i] ^ y) & 1;
            differences[x][y] += (int) (x == y ? first : first ^ second);
          }
        }
      }
      assertThat(differences[0][0]).as("seed %d", seed).isZero();
      for (int x = 0; x < 32; x++) {
        for (int y = Math.max(1, x); y < 32; y++) {
          assertThat(Math.abs(2.0 * differences[x][y] - size))
              .as("seed %d, entries %d and %d from the chosen one", seed, x, y)
              .isLessThan(limit);
        }
      }
    }
  }

  @Test
  void productsAreOfTheHashesAsDefined() {
    long seed = new SecureRandom().nextLong();
    KernelForms.forEach(
        kernel -> {
          Random random = new Random(seed);
          for (int width : new int[] {1, 12, 28, 62}) {
            checkProducts(kernel.products(), random, width, 1, BLOCK, "seed " + seed);
            checkProducts(kernel.products(), random, width, 57, 24, "seed " + seed);
            checkProducts(kernel.products(), random, width, BLOCK + 9, BLOCK, "seed " + seed);
          }
        });
  }

  private static void checkProducts(
      ProductKernel kernel, Random random, int width, int size, int block, String hint) {
    long mask = (1L << width) - 1;
    try (Scope scope = new Scope()) {
      NativeBuffer offset = random(scope, random, 16);
      NativeBuffer nothing = scope.allocate(16);
      NativeBuffer key = random(scope, random, 16);
      NativeBuffer labels = labels(scope, random, 1, size);
      NativeBuffer chosen = scope.allocate(labels.size());
      NativeBuffer x = laneRow(scope, random, size);
      NativeBuffer y = laneRow(scope, random, size);
      NativeBuffer factors = words(scope, random, size);
      NativeBuffer corrections = resultWords(scope, size);
      NativeBuffer own = resultWords(scope, size);
      NativeBuffer taken = resultWords(scope, size);
      var run = new Products.Run(width, size, block, key, random.nextLong());
      kernel.own(run, offset, labels, x, factors, corrections, own);
      for (int i = 0; i < 2 * size; i++) {
        long added = bit(y, i / 2) == 1 ? offset.longs().get(i % 2) : 0;
        chosen.longs().put(i, labels.longs().get(i) ^ added);
      }
      long already = random.nextLong();
      for (int i = 0; i < size; i++) {
        taken.longs().put(i, already);
      }
      kernel.take(run, chosen, y, corrections, taken);
      checkGuards(corrections);
      checkGuards(own);
      checkGuards(taken);
      for (int i = 0; i < size; i++) {
        long id = run.firstId() + i / block;
        long zero = hash(labels, i, nothing, key, id);
        long one = hash(labels, i, offset, key, id);
        long f = factors.longs().get(i);
        boolean z = bit(x, i) != bit(y, i);
        assertThat(corrections.longs().get(i))
            .as(hint)
            .isEqualTo((bit(x, i) == 1 ? zero - one - f : zero - one + f) & mask);
        assertThat(own.longs().get(i)).as(hint).isEqualTo((bit(x, i) * f - zero) & mask);
        assertThat(taken.longs().get(i)).as(hint).isBetween(0L, mask);
        assertThat((own.longs().get(i) + taken.longs().get(i) - already) & mask)
            .as(hint)
            .isEqualTo(z ? f & mask : 0);
      }
    }
  }

  @Test
  void bitsSignsAndPartsAreThoseOfTheNumbers() {
    long seed = new SecureRandom().nextLong();
    KernelForms.forEach(
        kernel -> {
          Random random = new Random(seed);
          for (int bits : new int[] {1, 2, 16, 61, 62}) {
            for (int size : SIZES) {
              for (boolean signed : new boolean[] {false, true}) {
                for (var part :
                    List.of(
                        new LookupTables.Part(0, bits, bits, signed),
                        new LookupTables.Part(62 - bits, bits, 62, signed),
                        new LookupTables.Part((62 - bits) / 2, bits, 1, signed))) {
                  checkNumbers(kernel.lookups(), random, part, size, "seed " + seed);
                }
              }
            }
          }
        });
  }

  private static void checkNumbers(
      LookupKernel kernel, Random random, LookupTables.Part part, int size, String hint) {
    try (Scope scope = new Scope()) {
      NativeBuffer shares = words(scope, random, size);
      NativeBuffer carries = words(scope, random, size);
      NativeBuffer wraps = words(scope, random, size);
      NativeBuffer row = resultRow(scope, size);
      NativeBuffer signs = resultWords(scope, size);
      NativeBuffer parts = resultWords(scope, size);
      long addend = random.nextLong();
      int top = part.firstBit() + part.bits();
      kernel.bits(top, size, addend, shares, row);
      kernel.signs(top, size, shares, signs);
      kernel.parts(part, size, shares, carries, wraps, parts);
      checkGuards(row);
      checkGuards(signs);
      checkGuards(parts);
      checkSurplus(row, size);
      for (int i = 0; i < size; i++) {
        long share = shares.longs().get(i);
        long low = share >>> part.firstBit() & ((1L << part.bits()) - 1);
        boolean negative = low >= 1L << (part.bits() - 1);
        long number = negative && part.signed() ? low - (1L << part.bits()) : low;
        long wrap = part.wideBits() > part.bits() ? wraps.longs().get(i) : 0;
        long sum = number + carries.longs().get(i) + wrap * (1L << part.bits());
        assertThat(bit(row, i) == 1).as(hint).isEqualTo((share + addend & 1L << top) != 0);
        assertThat(signs.longs().get(i)).as(hint).isEqualTo(negative ? 1 : 0);
        assertThat(parts.longs().get(i))
            .as("%s, %s", hint, part)
            .isEqualTo(Math.floorMod(sum, 1L << part.wideBits()));
      }
    }
  }

  /** A carry that nobody reads may be left over from something else. */
  @Test
  void withoutACarryTheRowOfCarriesIsNotRead() {
    KernelForms.forEach(
        kernel -> {
          try (Scope scope = new Scope()) {
            Random random = new Random(5);
            LookupWindow window = new LookupWindow(0, 5, 0, false);
            NativeBuffer shares = words(scope, random, 100);
            NativeBuffer pads = words(scope, random, 100);
            NativeBuffer fresh = row(scope, random, 100);
            NativeBuffer[] tables = {resultWords(scope, 100), resultWords(scope, 100)};
            NativeBuffer[] rows = {resultRow(scope, 100), resultRow(scope, 100)};
            for (int k = 0; k < 2; k++) {
              NativeBuffer left = row(scope, random, 100);
              kernel.lookups().tables(window, 100, shares, left, fresh, pads, tables[k]);
              kernel.lookups().entries(window, 100, shares, left, pads, tables[k], rows[k]);
            }
            assertThat(tables[0].bytes()).isEqualTo(tables[1].bytes());
            assertThat(rows[0].bytes()).isEqualTo(rows[1].bytes());
          }
        });
  }

  @Test
  void theNativeFormRefusesWhatDoesNotFit() {
    if (!WireLabels.available()) {
      return;
    }
    LookupKernel kernel = new NativeLabelKernel().lookups();
    try (Scope scope = new Scope()) {
      NativeBuffer words = scope.allocateLongs(9);
      NativeBuffer tooFew = scope.allocateLongs(8);
      NativeBuffer row = scope.allocate(2);
      NativeBuffer shortRow = scope.allocate(1);
      NativeBuffer key = scope.allocate(16);
      NativeBuffer labels = scope.allocate(5 * 16 * 16);
      LookupWindow good = new LookupWindow(0, 5, 0, false);
      var transfers = new LookupPads.Transfers(5, 9, 8, key, 0, labels);
      kernel.pads(transfers, good, key, words);
      kernel.tables(good, 9, words, row, row, words, scope.allocateLongs(9));
      for (LookupWindow wrong :
          List.of(
              new LookupWindow(0, 6, 0, false),
              new LookupWindow(0, 5, 0, true),
              new LookupWindow(0, 0, 0, false),
              new LookupWindow(-1, 5, 0, false),
              new LookupWindow(58, 5, 0, false))) {
        refused(() -> kernel.tables(wrong, 9, words, row, row, words, tooFew));
        refused(() -> kernel.entries(wrong, 9, words, row, words, words, row));
      }
      for (LookupWindow wrong :
          List.of(
              new LookupWindow(0, 6, 0, false),
              new LookupWindow(0, 5, 1, false),
              new LookupWindow(0, 5, -1, false),
              new LookupWindow(0, 0, 0, false))) {
        refused(() -> kernel.pads(transfers, wrong, key, words));
        refused(() -> kernel.chosenPads(transfers, wrong, words));
      }
      for (int block : new int[] {0, -8, 9}) {
        var wrong = new LookupPads.Transfers(5, 9, block, key, 0, labels);
        refused(() -> kernel.pads(wrong, good, key, words));
        refused(() -> kernel.chosenPads(wrong, good, words));
      }
      var tooLong = new LookupPads.Transfers(5, 17, 8, key, 0, labels);
      refused(() -> kernel.pads(tooLong, good, key, scope.allocateLongs(17)));
      refused(() -> kernel.pads(transfers, good, key, tooFew));
      refused(() -> kernel.pads(transfers, good, key.slice(1), words));
      refused(() -> kernel.tables(good, 9, tooFew, row, row, words, words));
      refused(() -> kernel.tables(good, 9, words, row, shortRow, words, words));
      refused(() -> kernel.tables(good, 9, words, row, row, words, tooFew));
      refused(() -> kernel.tables(good, -1, words, row, row, words, words));
      refused(() -> kernel.entries(good, 9, words, row, words, words, shortRow));
      refused(() -> kernel.bits(63, 9, 0, words, row));
      refused(() -> kernel.bits(-1, 9, 0, words, row));
      refused(() -> kernel.bits(5, 9, 0, words, shortRow));
      refused(() -> kernel.signs(0, 9, words, words));
      refused(() -> kernel.signs(63, 9, words, words));
      var part = new LookupTables.Part(0, 6, 7, true);
      refused(
          () -> kernel.parts(new LookupTables.Part(57, 6, 7, true), 9, words, words, words, words));
      refused(
          () -> kernel.parts(new LookupTables.Part(0, 6, 63, true), 9, words, words, words, words));
      refused(
          () -> kernel.parts(new LookupTables.Part(0, 6, 0, true), 9, words, words, words, words));
      refused(() -> kernel.parts(part, 9, words, tooFew, words, words));
      refused(() -> kernel.parts(part, 9, words, words, tooFew, words));
      ProductKernel products = new NativeLabelKernel().products();
      for (int width : new int[] {0, 63}) {
        var run = new Products.Run(width, 9, 8, key, 0);
        refused(() -> products.own(run, key, labels, row, words, words, words));
        refused(() -> products.take(run, labels, row, words, words));
      }
      var run = new Products.Run(5, 9, 8, key, 0);
      refused(() -> products.own(run, key, labels, shortRow, words, words, words));
      refused(() -> products.own(run, key, labels.slice(0, 15 * 16), row, words, words, words));
      refused(() -> products.take(run, labels, row, tooFew, words));
      refused(() -> products.take(run, labels, row, words, tooFew));
    }
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
  }
}
