package io.sotto.tfimport.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sotto.tfimport.refusal.ModelImportException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * The values of variables in a checkpoint of TensorFlow's V2 format: an index of names, which is an
 * {@link IndexTable}, and shards of raw little-endian values. Checksums are verified.
 *
 * <p>Format: TensorFlow, core/protobuf/tensor_bundle.proto.
 */
final class TensorBundle {
  private static final String OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH";
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
        throw IndexTable.damaged(index, "it is too large for an index");
      }
      Map<String, byte[]> table =
          IndexTable.read(index, ByteBuffer.wrap(Files.readAllBytes(index)));
      byte[] headerBytes = table.remove("");
      if (headerBytes == null) {
        throw IndexTable.damaged(index, "it has no header");
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
      throw IndexTable.damaged(index, "an entry can't be parsed");
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
      throw IndexTable.damaged(file, "variable %s has a size unlike its shape".formatted(variable));
    }
    ByteBuffer bytes = read(file, "variable " + variable, entry);
    if (IndexTable.maskedCrc(bytes) != entry.getCrc32C()) {
      throw IndexTable.damaged(file, "variable %s does not match its checksum".formatted(variable));
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
    long size = IndexTable.readVarint(file, bytes);
    if (bytes.remaining() - (long) Integer.BYTES != size) {
      throw IndexTable.damaged(file, "the tree of objects has a wrong size");
    }
    ByteBuffer length =
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) size);
    if (IndexTable.maskedCrc(length, bytes) != entry.getCrc32C()) {
      throw IndexTable.damaged(file, "the tree of objects does not match its checksum");
    }
    try {
      return TrackableObjectGraph.parseFrom(bytes.position(bytes.position() + Integer.BYTES));
    } catch (InvalidProtocolBufferException e) {
      throw IndexTable.damaged(file, "the tree of objects can't be parsed");
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
        throw IndexTable.damaged(file, "it ends before %s does".formatted(what));
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
      throw IndexTable.damaged(file, "an entry is too large");
    }
    return (int) entry.getSize();
  }
}
