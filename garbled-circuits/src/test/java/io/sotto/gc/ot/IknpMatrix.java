package io.sotto.gc.ot;

import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.PlainLabelKernel;
import io.sotto.natives.NativeBuffer;
import java.nio.LongBuffer;

/** The matrix of {@link IknpReceiver}'s protocol, whose 128 columns are streams of keys. */
final class IknpMatrix {
  private static final int WORDS = LabelKernel.LABEL_BYTES / Long.BYTES;

  private final int height;
  private final long[] words;

  /** A request's part of the streams: so many blocks of 128 rows from the first one on. */
  IknpMatrix(NativeBuffer keys, long firstBlock, int blocks) {
    height = blocks * WORDS;
    words = new long[LabelKernel.COLUMNS * height];
    PlainLabelKernel kernel = new PlainLabelKernel();
    try (NativeBuffer stream = NativeBuffer.allocate(Math.max(1, blocks) * 16L)) {
      for (int i = 0; i < LabelKernel.COLUMNS; i++) {
        kernel.generate(keys.slice(i * 16L, 16), firstBlock, blocks, stream);
        stream.longs().get(words, i * height, height);
      }
    }
  }

  void add(IknpMatrix other) {
    for (int w = 0; w < words.length; w++) {
      words[w] ^= other.words[w];
    }
  }

  void addToEachColumn(NativeBuffer bits) {
    LongBuffer column = bits.longs();
    for (int w = 0; w < words.length; w++) {
      words[w] ^= column.get(w % height);
    }
  }

  /** Adds those of other columns, one after the other, whose bit of the offset is set. */
  void addWhere(NativeBuffer offset, NativeBuffer columns) {
    LongBuffer addends = columns.longs();
    LongBuffer bits = offset.longs();
    for (int w = 0; w < words.length; w++) {
      int i = w / height;
      words[w] ^= addends.get(w) & -(bits.get(i / Long.SIZE) >>> i & 1);
    }
  }

  /** Writes one column after the other. */
  void columns(NativeBuffer columns) {
    columns.longs().put(words);
  }

  /** Writes the rows, of which each is a label. */
  void rows(NativeBuffer labels) {
    PlainLabelKernel.transpose(words, height, labels.longs());
  }
}
