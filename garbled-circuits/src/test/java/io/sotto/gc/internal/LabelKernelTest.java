package io.sotto.gc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.circuit.Bit;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.CircuitBuilder;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.natives.CpuFeatures;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Known answers for each form of the kernel, and all forms against the plain one, bit for bit. */
@ExtendWith(LeakCheck.class)
class LabelKernelTest {
  private static final int[] SIZES = {1, 7, 8, 9, 16, 24, 100, 255, 256};

  private static NativeBuffer hex(Scope scope, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    NativeBuffer buffer = scope.allocate(bytes.length);
    buffer.bytes().put(bytes);
    return buffer;
  }

  private static String hex(NativeBuffer buffer, int bytes) {
    byte[] copy = new byte[bytes];
    buffer.bytes().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static NativeBuffer random(Scope scope, Random random, int bytes) {
    byte[] values = new byte[bytes];
    random.nextBytes(values);
    NativeBuffer buffer = scope.allocate(Math.max(1, bytes));
    buffer.bytes().put(values);
    return buffer;
  }

  private static NativeBuffer copy(Scope scope, NativeBuffer source) {
    NativeBuffer buffer = scope.allocate(source.size());
    buffer.bytes().put(source.bytes());
    return buffer;
  }

  /** NIST AESAVS, the first vectors of KeySbox128 and VarTxt128. */
  @Test
  void theGeneratorIsAes() {
    KernelForms.forEach(
        kernel -> {
          try (Scope scope = new Scope()) {
            NativeBuffer out = scope.allocate(16);
            kernel.generate(hex(scope, "10a58869d74be5a374cf867cfb473859"), 0, 1, out);
            assertThat(hex(out, 16)).isEqualTo("6d251e6944b051e04eaa6fb4dbf78465");
            kernel.generate(hex(scope, "00".repeat(16)), 0x80, 1, out);
            assertThat(hex(out, 16)).isEqualTo("3ad78e726c1ec02b7ebfe92b23d9ec34");
            // FIPS-197, appendix C.1, whose block has an upper half.
            NativeBuffer key = hex(scope, "000102030405060708090a0b0c0d0e0f");
            kernel.stream(key, 0xffeeddccbbaa9988L, 0x7766554433221100L, 1, out);
            assertThat(hex(out, 16)).isEqualTo("69c4e0d86a7b0430d8cdb78070b4c55a");
          }
        });
  }

  /**
   * FIPS-197, appendix C.1, through the hash: the label is chosen such that s(label) is the block.
   */
  @Test
  void theHashIsAesOfThePermutedLabel() {
    CircuitBuilder b = new CircuitBuilder();
    b.output(b.and(b.garblerInput(1)[0], b.evaluatorInput(1)[0]));
    Circuit circuit = b.build();
    // Lower half of the block is left, upper half is left + right; left is a label's upper half.
    String left = "0011223344556677";
    String right = HexFormat.of().toHexDigits(0x0011223344556677L ^ 0x8899aabbccddeeffL);
    String block = "00112233445566778899aabbccddeeff";
    String cipher = "69c4e0d86a7b0430d8cdb78070b4c55a";
    KernelForms.forEach(
        kernel -> {
          try (Scope scope = new Scope()) {
            GateProgram program = GateProgram.of(circuit, scope);
            NativeBuffer key = hex(scope, "000102030405060708090a0b0c0d0e0f");
            NativeBuffer tables = scope.allocate(2 * 16);
            // Both labels the same, and the gate ids 2g and 2g + 1 with keys k + 0 and k + 1: only
            // the first hash is the known answer, the second comes from the generator's AES.
            NativeBuffer slots = scope.allocate((long) circuit.slots() * 8 * 16);
            byte[] label = HexFormat.of().parseHex(right + left);
            slots.bytes().put(0, label);
            kernel.evaluate(program, 1, slots, key, 0, tables);
            int target = circuit.outputSlot(0) * 8 * 16;
            byte[] out = new byte[16];
            slots.bytes().get(target, out);

            // The second input's label is zero, so is s of it, so its hash is AES under k + 1 of 0.
            NativeBuffer second = scope.allocate(16);
            kernel.generate(hex(scope, "010102030405060708090a0b0c0d0e0f"), 0, 1, second);
            for (int i = 0; i < 16; i++) {
              out[i] ^= second.bytes().get(i);
              out[i] ^= HexFormat.of().parseHex(block)[i];
            }
            assertThat(HexFormat.of().formatHex(out)).isEqualTo(cipher);
          }
        });
  }

  @Test
  void aHalfGateHasTheTruthTableOfAnd() {
    CircuitBuilder b = new CircuitBuilder();
    Bit x = b.garblerInput(1)[0];
    Bit y = b.evaluatorInput(1)[0];
    b.output(b.and(x, y), b.xor(x, y), x.not());
    Circuit circuit = b.build();
    long seed = new SecureRandom().nextLong();
    int n = 256;
    int labelBytes = n * 16;
    KernelForms.forEach(
        kernel -> {
          Random random = new Random(seed);
          try (Scope scope = new Scope()) {
            GateProgram program = GateProgram.of(circuit, scope);
            NativeBuffer delta = random(scope, random, 16);
            delta.bytes().put(0, (byte) (delta.bytes().get(0) | 1));
            NativeBuffer key = random(scope, random, 16);
            NativeBuffer tables = scope.allocate(2L * labelBytes);
            NativeBuffer zeros = random(scope, random, circuit.slots() * labelBytes);
            NativeBuffer active = copy(scope, zeros);
            NativeBuffer bits = random(scope, random, 2 * n / 8);
            kernel.addOffset(active, 2, n, bits, n / 8, delta);
            kernel.garble(program, n, zeros, delta, key, 1234, tables);
            kernel.evaluate(program, n, active, key, 1234, tables);
            for (int i = 0; i < n; i++) {
              boolean a = (bits.bytes().get(i / 8) >> (i % 8) & 1) != 0;
              boolean c = (bits.bytes().get((n + i) / 8) >> (i % 8) & 1) != 0;
              boolean[] expected = {a && c, a ^ c, !a};
              for (int k = 0; k < 3; k++) {
                int at = circuit.outputSlot(k) * labelBytes + i * 16;
                for (int j = 0; j < 16; j++) {
                  int zero = zeros.bytes().get(at + j);
                  int one = zero ^ delta.bytes().get(j);
                  assertThat((int) active.bytes().get(at + j))
                      .as("seed %d, instance %d, output %d", seed, i, k)
                      .isEqualTo(expected[k] ? one : zero);
                }
              }
            }
          }
        });
  }

  /** Everything that a form computes from given inputs, of all functions and odd sizes. */
  private static byte[] everything(LabelKernel kernel, long seed) {
    Random random = new Random(seed);
    Circuit circuit = ShareCircuits.relu(5, 9);
    List<NativeBuffer> results = new ArrayList<>();
    try (Scope scope = new Scope()) {
      GateProgram program = GateProgram.of(circuit, scope);
      for (int n : SIZES) {
        int lanes = LabelKernel.lanes(n);
        NativeBuffer delta = random(scope, random, 16);
        NativeBuffer key = random(scope, random, 16);
        NativeBuffer slots = random(scope, random, circuit.slots() * lanes * 16);
        NativeBuffer active = copy(scope, slots);
        NativeBuffer tables = scope.allocate((long) circuit.andCount() * n * 32);
        NativeBuffer colours = scope.allocate((long) circuit.outputs() * lanes / 8);
        NativeBuffer more = scope.allocate((long) circuit.outputs() * lanes / 8);
        long id = random.nextLong();
        kernel.garble(program, n, slots, delta, key, id, tables);
        kernel.colours(program, n, slots, colours);
        kernel.evaluate(program, n, active, key, id, tables);
        kernel.colours(program, n, active, more);
        NativeBuffer labels = scope.allocate(n * 16L);
        kernel.generate(key, random.nextLong(), n, labels);
        NativeBuffer stream = scope.allocate(n * 16L);
        kernel.stream(key, random.nextLong(), random.nextLong(), n, stream);
        NativeBuffer offset = random(scope, random, 3 * lanes * 16);
        NativeBuffer bits = random(scope, random, 3 * 40);
        kernel.addOffset(offset, 3, lanes, bits, 40, delta);
        NativeBuffer hashes = scope.allocate(lanes * 16L);
        kernel.hash(slots, delta, key, random.nextLong(), n, hashes);
        results.addAll(
            List.of(slots, tables, colours, active, more, labels, stream, offset, hashes));
      }
      for (int blocks : new int[] {0, 1, 2, 7, 8, 9, 64}) {
        NativeBuffer delta = random(scope, random, 16);
        NativeBuffer choices = random(scope, random, 16 * blocks);
        long counter = random.nextLong();
        for (int bits : new int[] {2, 4, 8}) {
          int trees = 128 / bits;
          NativeBuffer leaves = random(scope, random, (trees << bits) * 16);
          NativeBuffer treeRequest = scope.allocate(Math.max(1L, 16L * trees * blocks));
          NativeBuffer treeReceived = scope.allocate(Math.max(1L, 2048L * blocks));
          NativeBuffer treeSent = scope.allocate(Math.max(1L, 2048L * blocks));
          NativeBuffer keys = scope.allocate(LabelKernel.treeKeyBytes(bits));
          kernel.expandTrees(bits, leaves, keys);
          long salt = random.nextLong();
          kernel.treesReceiver(
              bits, keys, salt, counter, blocks, choices, treeRequest, treeReceived);
          kernel.treesSender(bits, keys, delta, salt, counter, blocks, treeRequest, treeSent);
          results.addAll(List.of(treeRequest, treeReceived, treeSent));
        }
      }
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

  @Test
  void noRowOfATableIsWrittenForSurplusLanes() {
    Circuit circuit = ShareCircuits.relu(4, 5);
    KernelForms.forEach(
        kernel -> {
          try (Scope scope = new Scope()) {
            GateProgram program = GateProgram.of(circuit, scope);
            NativeBuffer slots = scope.allocate((long) circuit.slots() * 16 * 16);
            NativeBuffer block = scope.allocate(16);
            long bytes = (long) circuit.andCount() * 11 * 32;
            NativeBuffer tables = scope.allocate(bytes + 64);
            for (int i = 0; i < 64; i++) {
              tables.bytes().put((int) bytes + i, (byte) 77);
            }
            kernel.garble(program, 11, slots, block, block, 0, tables);
            for (int i = 0; i < 64; i++) {
              assertThat(tables.bytes().get((int) bytes + i)).isEqualTo((byte) 77);
            }
          }
        });
  }
}
