package io.sotto.tfimport.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sotto.tfimport.ModelImportException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * The values of variables in a checkpoint of TensorFlow's V2 format: an index of names, a sorted
 * string table as LevelDB has it, and shards of raw little-endian values. Checksums are verified.
 *
 * <p>Format: LevelDB, doc/table_format.md; TensorFlow, core/protobuf/tensor_bundle.proto.
 */
final class TensorBundle {
  private static final String OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH";
  private static final long TABLE_MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int BLOCK_TRAILER_BYTES = 5;
  private static final int CRC_MASK_DELTA = 0xa282ead8;
  private static final long MAX_INDEX_BYTES = 1 << 28;

  private final Path prefix;
  private final int shards;
  private final Map<String, BundleEntryProto> entries;

  private TensorBundle(Path prefix, int shards, Map<String, BundleEntryProto> entries) {
    this.prefix = prefix;
    this.shards = shards;
    this.entries = entries;
  }

  /**
   * Opens a checkpoint and reads its index.
   *
   * @param prefix the path that the files' names start with, {@code variables/variables}
   */
  static TensorBundle open(Path prefix) {
    Path index = prefix.resolveSibling(prefix.getFileName() + ".index");
    if (!Files.isRegularFile(index)) {
      throw new ModelImportException(
          "the model's weights are missing: there is no %s".formatted(index));
    }
    try {
      if (Files.size(index) > MAX_INDEX_BYTES) {
        throw damaged(index, "it is too large for an index");
      }
      Map<String, byte[]> table = readTable(index, ByteBuffer.wrap(Files.readAllBytes(index)));
      byte[] headerBytes = table.remove("");
      if (headerBytes == null) {
        throw damaged(index, "it has no header");
      }
      BundleHeaderProto header = BundleHeaderProto.parseFrom(headerBytes);
      if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
        throw new ModelImportException(
            "%s was written on a big-endian machine; only little-endian is supported"
                .formatted(index));
      }
      Map<String, BundleEntryProto> entries = new HashMap<>();
      for (Map.Entry<String, byte[]> entry : table.entrySet()) {
        entries.put(entry.getKey(), BundleEntryProto.parseFrom(entry.getValue()));
      }
      return new TensorBundle(prefix, header.getNumShards(), entries);
    } catch (InvalidProtocolBufferException e) {
      throw damaged(index, "an entry can't be parsed");
    } catch (IOException e) {
      throw new ModelImportException(
          "%s can't be read: %s".formatted(index, SavedModelDirectory.reason(e)), e);
    }
  }

  /** A float variable, by its key in the checkpoint. */
  Value.Floats floats(String variable, String key) {
    BundleEntryProto entry = entries.get(key);
    if (entry == null) {
      throw new ModelImportException(
          "the model's weights at %s lack variable %s (key %s)".formatted(prefix, variable, key));
    }
    if (entry.getDtype() != DataType.DT_FLOAT) {
      throw new ModelImportException(
          "variable %s is of type %s; only float32 is supported"
              .formatted(variable, DataTypes.name(entry.getDtype())));
    }
    if (entry.getSlicesCount() != 0) {
      throw new ModelImportException(
          "variable %s is split over several slices, which is not supported".formatted(variable));
    }
    Path file = shard(entry);
    int[] dims = TensorShapes.dims("variable " + variable, entry.getShape());
    int elements = TensorShapes.elements(dims);
    if (entry.getSize() != (long) elements * Float.BYTES) {
      throw damaged(file, "variable %s has a size unlike its shape".formatted(variable));
    }
    ByteBuffer bytes = read(file, "variable " + variable, entry);
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    if (mask((int) crc.getValue()) != entry.getCrc32C()) {
      throw damaged(file, "variable %s does not match its checksum".formatted(variable));
    }
    float[] values = new float[elements];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new Value.Floats(variable, dims, values);
  }

  /**
   * The tree of objects whose variables are stored here, empty if the checkpoint has none. It is
   * one string: its length as a varint, a checksum of the length as four bytes, the string. The
   * entry's checksum is over the length as four bytes and all that follows.
   */
  TrackableObjectGraph objects() {
    BundleEntryProto entry = entries.get(OBJECTS);
    if (entry == null || entry.getDtype() != DataType.DT_STRING) {
      return TrackableObjectGraph.getDefaultInstance();
    }
    Path file = shard(entry);
    ByteBuffer bytes = read(file, "the tree of objects", entry);
    long size = readVarint(file, bytes);
    if (bytes.remaining() - (long) Integer.BYTES != size) {
      throw damaged(file, "the tree of objects has a wrong size");
    }
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) size));
    crc.update(bytes.duplicate());
    if (mask((int) crc.getValue()) != entry.getCrc32C()) {
      throw damaged(file, "the tree of objects does not match its checksum");
    }
    try {
      return TrackableObjectGraph.parseFrom(bytes.position(bytes.position() + Integer.BYTES));
    } catch (InvalidProtocolBufferException e) {
      throw damaged(file, "the tree of objects can't be parsed");
    }
  }

  private Path shard(BundleEntryProto entry) {
    return prefix.resolveSibling(
        "%s.data-%05d-of-%05d".formatted(prefix.getFileName(), entry.getShardId(), shards));
  }

  private static ByteBuffer read(Path file, String what, BundleEntryProto entry) {
    if (!Files.isRegularFile(file)) {
      throw new ModelImportException(
          "the model's weights are missing: there is no %s".formatted(file));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (entry.getOffset() < 0
          || entry.getOffset() > channel.size()
          || entry.getSize() > channel.size() - entry.getOffset()) {
        throw damaged(file, "it ends before %s does".formatted(what));
      }
      ByteBuffer bytes = ByteBuffer.allocate(size(file, entry));
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, entry.getOffset() + bytes.position()) < 0) {
          throw new EOFException("it became shorter while it was read");
        }
      }
      return bytes.flip();
    } catch (IOException e) {
      throw new ModelImportException(
          "%s can't be read: %s".formatted(file, SavedModelDirectory.reason(e)), e);
    }
  }

  private static int size(Path file, BundleEntryProto entry) {
    if (entry.getSize() < 0 || entry.getSize() > Integer.MAX_VALUE - 8) {
      throw damaged(file, "an entry is too large");
    }
    return (int) entry.getSize();
  }

  private static Map<String, byte[]> readTable(Path file, ByteBuffer table) {
    table.order(ByteOrder.LITTLE_ENDIAN);
    if (table.capacity() < FOOTER_BYTES
        || table.getLong(table.capacity() - Long.BYTES) != TABLE_MAGIC) {
      throw damaged(file, "it does not end as an index does");
    }
    ByteBuffer footer = table.slice(table.capacity() - FOOTER_BYTES, FOOTER_BYTES);
    readVarint(file, footer);
    readVarint(file, footer);
    Map<String, byte[]> found = new HashMap<>();
    for (byte[] handle : block(file, table, footer).values()) {
      found.putAll(block(file, table, ByteBuffer.wrap(handle)));
    }
    return found;
  }

  /** The entries of the block that a handle points to. */
  private static Map<String, byte[]> block(Path file, ByteBuffer table, ByteBuffer handle) {
    long offset = readVarint(file, handle);
    long size = readVarint(file, handle);
    long room = table.capacity() - (long) FOOTER_BYTES - BLOCK_TRAILER_BYTES;
    if (offset < 0 || size < Integer.BYTES || offset > room || size > room - offset) {
      throw damaged(file, "a block lies outside of it");
    }
    int start = (int) offset;
    int length = (int) size;
    CRC32C crc = new CRC32C();
    crc.update(table.slice(start, length + 1));
    if (mask((int) crc.getValue()) != table.getInt(start + length + 1)) {
      throw damaged(file, "a block does not match its checksum");
    }
    if (table.get(start + length) != 0) {
      throw new ModelImportException("%s is compressed, which is not supported".formatted(file));
    }
    int restarts = table.getInt(start + length - Integer.BYTES);
    long end = length - Integer.BYTES * (restarts + 1L);
    if (restarts < 0 || end < 0) {
      throw damaged(file, "a block has an impossible number of restarts");
    }
    ByteBuffer block = table.slice(start, (int) end);
    Map<String, byte[]> found = new HashMap<>();
    byte[] key = new byte[0];
    while (block.hasRemaining()) {
      long shared = readVarint(file, block);
      long unshared = readVarint(file, block);
      long valueBytes = readVarint(file, block);
      if (shared < 0
          || shared > key.length
          || unshared < 0
          || unshared > block.remaining()
          || valueBytes < 0
          || valueBytes > block.remaining() - unshared) {
        throw damaged(file, "an entry lies outside of its block");
      }
      key = Arrays.copyOf(key, (int) (shared + unshared));
      block.get(key, (int) shared, (int) unshared);
      byte[] value = new byte[(int) valueBytes];
      block.get(value);
      found.put(new String(key, StandardCharsets.UTF_8), value);
    }
    return found;
  }

  private static long readVarint(Path file, ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw damaged(file, "a number is cut short");
      }
      byte b = bytes.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw damaged(file, "a number is too long");
  }

  /** Checksums are stored masked, since they may be of bytes that hold checksums. */
  private static int mask(int crc) {
    return Integer.rotateRight(crc, 15) + CRC_MASK_DELTA;
  }

  private static ModelImportException damaged(Path file, String what) {
    return new ModelImportException("%s is damaged: %s".formatted(file, what));
  }
}
