package io.sotto.gc.internal;

import io.sotto.gc.circuit.Circuit;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The kernel in plain Java on the JDK's AES: runs everywhere, and is what the others must equal.
 */
public final class PlainLabelKernel implements LabelKernel {
  private static final int WORDS = LABEL_BYTES / Long.BYTES;

  private final Cipher aes;

  public PlainLabelKernel() {
    try {
      aes = Cipher.getInstance("AES/ECB/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES", e);
    }
  }

  @Override
  public void generate(NativeBuffer key, long firstCounter, int count, NativeBuffer labels) {
    stream(key, 0, firstCounter, count, labels);
  }

  @Override
  public void stream(
      NativeBuffer key, long upper, long firstCounter, int count, NativeBuffer labels) {
    long[] words = new long[count * WORDS];
    stream(key.longs().get(0), key.longs().get(1), upper, firstCounter, words);
    labels.longs().put(words);
    Arrays.fill(words, 0);
  }

  @Override
  public void addOffset(
      NativeBuffer labels,
      int wires,
      int lanes,
      NativeBuffer bits,
      int rowBytes,
      NativeBuffer delta) {
    LongBuffer words = labels.longs();
    ByteBuffer rows = bits.bytes();
    long low = delta.longs().get(0);
    long high = delta.longs().get(1);
    for (int w = 0; w < wires; w++) {
      for (int i = 0; i < lanes; i++) {
        long mask = -(long) (rows.get(w * rowBytes + (i >>> 3)) >>> (i & 7) & 1);
        int at = (w * lanes + i) * WORDS;
        words.put(at, words.get(at) ^ (low & mask));
        words.put(at + 1, words.get(at + 1) ^ (high & mask));
      }
    }
  }

  @Override
  public void garble(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    long low = delta.longs().get(0);
    long high = delta.longs().get(1);
    LongBuffer rows = tables.longs();
    new Run(program.circuit(), n, slots, sessionKey, firstGateId) {
      private final long[] two = new long[2 * words];
      private final long[] hashA = new long[2 * words];
      private final long[] hashB = new long[2 * words];
      private final long[] row = new long[words];

      @Override
      void not(int first, int target) {
        for (int i = 0; i < words; i += WORDS) {
          labels[target + i] = labels[first + i] ^ low;
          labels[target + i + 1] = labels[first + i + 1] ^ high;
        }
      }

      /** Zahur, Rosulek, Evans: Two halves make a whole, 2015, figure 2, Gb. */
      @Override
      void and(int first, int second, int target, int index, long gateId) {
        hashPair(first, gateId, hashA);
        hashPair(second, gateId + 1, hashB);
        for (int i = 0; i < words; i++) {
          long offset = (i & 1) == 0 ? low : high;
          long maskA = -(labels[first + (i & ~1)] & 1);
          long maskB = -(labels[second + (i & ~1)] & 1);
          long generator = hashA[i] ^ hashA[words + i] ^ (offset & maskB);
          long evaluator = hashB[i] ^ hashB[words + i] ^ labels[first + i];
          two[i] =
              hashA[i] ^ (generator & maskA) ^ hashB[i] ^ ((hashB[i] ^ hashB[words + i]) & maskB);
          row[i] = generator;
          two[words + i] = evaluator;
        }
        rows.put(2 * index * n * WORDS, row, 0, n * WORDS);
        rows.put((2 * index + 1) * n * WORDS, two, words, n * WORDS);
        System.arraycopy(two, 0, labels, target, words);
      }

      private void hashPair(int slot, long gateId, long[] result) {
        for (int i = 0; i < words; i += WORDS) {
          two[i] = labels[slot + i];
          two[i + 1] = labels[slot + i + 1];
          two[words + i] = labels[slot + i] ^ low;
          two[words + i + 1] = labels[slot + i + 1] ^ high;
        }
        hash(two, gateId, result);
      }

      @Override
      void wipe() {
        Arrays.fill(two, 0);
        Arrays.fill(hashA, 0);
        Arrays.fill(hashB, 0);
      }
    }.run();
  }

  @Override
  public void evaluate(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    LongBuffer rows = tables.longs();
    new Run(program.circuit(), n, slots, sessionKey, firstGateId) {
      private final long[] label = new long[words];
      private final long[] hashA = new long[words];
      private final long[] hashB = new long[words];
      private final long[] rowA = new long[words];
      private final long[] rowB = new long[words];

      @Override
      void not(int first, int target) {
        System.arraycopy(labels, first, labels, target, words);
      }

      /** Zahur, Rosulek, Evans: Two halves make a whole, 2015, figure 2, Ev. */
      @Override
      void and(int first, int second, int target, int index, long gateId) {
        System.arraycopy(labels, first, label, 0, words);
        hash(label, gateId, hashA);
        System.arraycopy(labels, second, label, 0, words);
        hash(label, gateId + 1, hashB);
        rows.get(2 * index * n * WORDS, rowA, 0, n * WORDS);
        rows.get((2 * index + 1) * n * WORDS, rowB, 0, n * WORDS);
        for (int i = 0; i < words; i++) {
          long maskA = -(labels[first + (i & ~1)] & 1);
          long maskB = -(labels[second + (i & ~1)] & 1);
          label[i] =
              hashA[i] ^ (rowA[i] & maskA) ^ hashB[i] ^ ((rowB[i] ^ labels[first + i]) & maskB);
        }
        System.arraycopy(label, 0, labels, target, words);
      }

      @Override
      void wipe() {
        Arrays.fill(label, 0);
        Arrays.fill(hashA, 0);
        Arrays.fill(hashB, 0);
      }
    }.run();
  }

  @Override
  public void colours(GateProgram program, int n, NativeBuffer slots, NativeBuffer bits) {
    int lanes = LabelKernel.lanes(n);
    LongBuffer labels = slots.longs();
    ByteBuffer rows = bits.bytes();
    for (int k = 0; k < program.circuit().outputs(); k++) {
      int slot = program.circuit().outputSlot(k) * lanes;
      for (int i = 0; i < lanes; i += 8) {
        int packed = 0;
        for (int b = 0; b < Math.min(8, n - i); b++) {
          packed |= (int) (labels.get((slot + i + b) * WORDS) & 1) << b;
        }
        rows.put((k * lanes + i) / 8, (byte) packed);
      }
    }
  }

  @Override
  public void hash(
      NativeBuffer labels,
      NativeBuffer offset,
      NativeBuffer sessionKey,
      long id,
      int n,
      NativeBuffer hashes) {
    long[] words = new long[LabelKernel.lanes(n) * WORDS];
    long[] permuted = new long[words.length];
    labels.longs().get(words);
    long low = offset.longs().get(0);
    long high = offset.longs().get(1);
    for (int i = 0; i < words.length; i += WORDS) {
      words[i] ^= low;
      words[i + 1] ^= high;
    }
    hash(words, sessionKey.longs().get(0) ^ id, sessionKey.longs().get(1), permuted, words);
    hashes.longs().put(words);
    Arrays.fill(words, 0);
    Arrays.fill(permuted, 0);
  }

  @Override
  public LookupKernel lookups() {
    return new PlainLookupKernel(this);
  }

  @Override
  public ProductKernel products() {
    return new PlainProductKernel(this);
  }

  /** The JDK keeps schedules to itself: the leaves as they are. */
  @Override
  public void expandTrees(int treeBits, NativeBuffer leaves, NativeBuffer keys) {
    int bytes = ((COLUMNS / treeBits) << treeBits) * LABEL_BYTES;
    keys.bytes().put(0, leaves.bytes(), 0, bytes);
  }

  @Override
  public void treesReceiver(
      int treeBits,
      NativeBuffer keys,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels) {
    int words = blocks * WORDS;
    long[] matrix = new long[COLUMNS * words];
    long[] sum = new long[words];
    LongBuffer chosen = choices.longs();
    for (int t = 0; t < COLUMNS / treeBits; t++) {
      combineLeaves(treeBits, keys, t, salt + t, firstBlock, words, matrix, sum);
      for (int w = 0; w < words; w++) {
        request.longs().put(t * words + w, sum[w] ^ chosen.get(w));
      }
    }
    transpose(matrix, words, labels.longs());
    Arrays.fill(matrix, 0);
    Arrays.fill(sum, 0);
  }

  @Override
  public void treesSender(
      int treeBits,
      NativeBuffer keys,
      NativeBuffer delta,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels) {
    int words = blocks * WORDS;
    long[] matrix = new long[COLUMNS * words];
    long[] sum = new long[words];
    for (int t = 0; t < COLUMNS / treeBits; t++) {
      combineLeaves(treeBits, keys, t, salt + t, firstBlock, words, matrix, sum);
    }
    finishSender(matrix, words, delta, request, treeBits, labels);
    Arrays.fill(sum, 0);
  }

  /** Adds the request's rows to the columns whose bit of delta is set; gives labels, wipes. */
  private static void finishSender(
      long[] matrix,
      int words,
      NativeBuffer delta,
      NativeBuffer request,
      int columnsOfARow,
      NativeBuffer labels) {
    LongBuffer rows = request.longs();
    LongBuffer offset = delta.longs();
    for (int i = 0; i < COLUMNS; i++) {
      long mask = -(offset.get(i / Long.SIZE) >>> i & 1);
      for (int w = 0; w < words; w++) {
        matrix[i * words + w] ^= rows.get(i / columnsOfARow * words + w) & mask;
      }
    }
    transpose(matrix, words, labels.longs());
    Arrays.fill(matrix, 0);
  }

  /** A tree's columns, and the sum of all its streams. */
  private void combineLeaves(
      int treeBits,
      NativeBuffer leaves,
      int tree,
      long upper,
      long firstBlock,
      int words,
      long[] matrix,
      long[] sum) {
    long[] stream = new long[words];
    Arrays.fill(sum, 0);
    for (int leaf = 0; leaf < 1 << treeBits; leaf++) {
      columnStream(leaves, (tree << treeBits) + leaf, upper, firstBlock, stream);
      for (int w = 0; w < words; w++) {
        sum[w] ^= stream[w];
        for (int j = 0; j < treeBits; j++) {
          matrix[(tree * treeBits + j) * words + w] ^= stream[w] & -(long) (leaf >>> j & 1);
        }
      }
    }
    Arrays.fill(stream, 0);
  }

  /** Labels, of which each is a row of the matrix whose 128 columns have so many words. */
  public static void transpose(long[] matrix, int words, LongBuffer labels) {
    long[] block = new long[Long.SIZE];
    for (int w = 0; w < words; w++) {
      for (int half = 0; half < WORDS; half++) {
        for (int i = 0; i < Long.SIZE; i++) {
          block[i] = matrix[(half * Long.SIZE + i) * words + w];
        }
        BitTranspose.transpose64(block);
        for (int i = 0; i < Long.SIZE; i++) {
          labels.put((w * Long.SIZE + i) * WORDS + half, block[i]);
        }
      }
    }
    Arrays.fill(block, 0);
  }

  private void columnStream(
      NativeBuffer keys, int column, long upper, long firstBlock, long[] words) {
    LongBuffer key = keys.longs();
    stream(key.get(column * WORDS), key.get(column * WORDS + 1), upper, firstBlock, words);
  }

  private void stream(long keyLow, long keyHigh, long upper, long firstCounter, long[] words) {
    for (int i = 0; i < words.length; i += WORDS) {
      words[i] = firstCounter + i / WORDS;
      words[i + 1] = upper;
    }
    encrypt(keyLow, keyHigh, words, words);
  }

  private void encrypt(long keyLow, long keyHigh, long[] in, long[] out) {
    if (in.length == 0) {
      return;
    }
    byte[] key = new byte[LABEL_BYTES];
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).putLong(keyLow).putLong(keyHigh);
    byte[] bytes = new byte[in.length * Long.BYTES];
    LongBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    view.put(0, in);
    try {
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      aes.doFinal(bytes, 0, bytes.length, bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed", e);
    }
    view.get(0, out, 0, in.length);
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(key, (byte) 0);
  }

  /**
   * MITCCRH: H(x) = AES_k(s(x)) + s(x) with k = S + gate id and s(left, right) = (left + right,
   * left), where left is a label's upper half (Guo, Katz, Wang, Weng, Yu: Better concrete security
   * for half-gates garbling, 2020).
   *
   * @param permuted as long as x, receives s(x)
   * @param result as long as x, may be x
   */
  private void hash(long[] x, long keyLow, long keyHigh, long[] permuted, long[] result) {
    for (int i = 0; i < x.length; i += WORDS) {
      long right = x[i];
      permuted[i] = x[i + 1];
      permuted[i + 1] = right ^ x[i + 1];
    }
    encrypt(keyLow, keyHigh, permuted, result);
    for (int i = 0; i < x.length; i++) {
      result[i] ^= permuted[i];
    }
  }

  /** A pass over the gates with all slots in one array. */
  private abstract class Run {
    final int words;
    final long[] labels;
    private final Circuit circuit;
    private final NativeBuffer slots;
    private final long keyLow;
    private final long keyHigh;
    private final long firstGateId;
    private long[] permuted = new long[0];

    Run(Circuit circuit, int n, NativeBuffer slots, NativeBuffer sessionKey, long firstGateId) {
      this.circuit = circuit;
      this.words = LabelKernel.lanes(n) * WORDS;
      this.slots = slots;
      this.labels = new long[Math.multiplyExact(circuit.slots(), words)];
      this.keyLow = sessionKey.longs().get(0);
      this.keyHigh = sessionKey.longs().get(1);
      this.firstGateId = firstGateId;
    }

    abstract void not(int first, int target);

    abstract void and(int first, int second, int target, int index, long gateId);

    abstract void wipe();

    void run() {
      slots.longs().get(labels);
      int ands = 0;
      for (int g = 0; g < circuit.gateCount(); g++) {
        int first = circuit.firstInput(g) * words;
        int second = circuit.secondInput(g) * words;
        int target = circuit.target(g) * words;
        switch (circuit.operation(g)) {
          case Circuit.XOR -> {
            for (int i = 0; i < words; i++) {
              labels[target + i] = labels[first + i] ^ labels[second + i];
            }
          }
          case Circuit.NOT -> not(first, target);
          case Circuit.AND -> {
            and(first, second, target, ands, firstGateId + 2L * ands);
            ands++;
          }
          default -> throw new IllegalStateException("operation " + circuit.operation(g));
        }
      }
      slots.longs().put(labels);
      Arrays.fill(labels, 0);
      Arrays.fill(permuted, 0);
      wipe();
    }

    final void hash(long[] x, long gateId, long[] result) {
      if (permuted.length != x.length) {
        permuted = new long[x.length];
      }
      PlainLabelKernel.this.hash(x, keyLow ^ gateId, keyHigh, permuted, result);
    }
  }
}
