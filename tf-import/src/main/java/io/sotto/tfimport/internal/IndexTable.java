package io.sotto.tfimport.internal;

import io.sotto.tfimport.refusal.ModelImportException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A sorted string table as LevelDB has it (doc/table_format.md): names and what belongs to them.
 * Checksums are verified.
 *
 * <p>Names share prefixes, so a few bytes of a table can stand for a long name. Names are bounded
 * one by one and all together, and blocks may not take more than the table has: time and memory are
 * linear in the table's size.
 */
final class IndexTable {
  /** The longest name. Those of variables are paths of objects, some hundred bytes. */
  static final int MAX_NAME_BYTES = 1 << 12;

  /** The most that all names take, each with {@link #ENTRY_BYTES} besides. */
  static final long MAX_NAMES_BYTES = 1 << 26;

  /** About what an entry takes in a map, besides its bytes. */
  static final int ENTRY_BYTES = 1 << 6;

  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int BLOCK_TRAILER_BYTES = 5;
  private static final int CRC_MASK_DELTA = 0xa282ead8;

  private final Path file;
  private final ByteBuffer table;
  private long namesLeft = MAX_NAMES_BYTES;
  private long blocksLeft;

  private IndexTable(Path file, ByteBuffer table) {
    this.file = file;
    this.table = table.order(ByteOrder.LITTLE_ENDIAN);
    this.blocksLeft = table.capacity();
  }

  /**
   * All entries of a table.
   *
   * @param file what the table is called in an error
   */
  static Map<String, byte[]> read(Path file, ByteBuffer bytes) {
    return new IndexTable(file, bytes).entries();
  }

  private Map<String, byte[]> entries() {
    if (table.capacity() < FOOTER_BYTES || table.getLong(table.capacity() - Long.BYTES) != MAGIC) {
      throw damaged(file, "it does not end as an index does");
    }
    ByteBuffer footer = table.slice(table.capacity() - FOOTER_BYTES, FOOTER_BYTES);
    readVarint(file, footer);
    readVarint(file, footer);
    Map<String, byte[]> found = new HashMap<>();
    for (byte[] handle : block(footer).values()) {
      found.putAll(block(ByteBuffer.wrap(handle)));
    }
    return found;
  }

  /** The entries of the block that a handle points to. */
  private Map<String, byte[]> block(ByteBuffer handle) {
    ByteBuffer block = contents(handle);
    Map<String, byte[]> found = new HashMap<>();
    byte[] name = new byte[0];
    while (block.hasRemaining()) {
      long shared = readVarint(file, block);
      long unshared = readVarint(file, block);
      long valueBytes = readVarint(file, block);
      if (shared < 0
          || shared > name.length
          || unshared < 0
          || unshared > block.remaining()
          || valueBytes < 0
          || valueBytes > block.remaining() - unshared) {
        throw damaged(file, "an entry lies outside of its block");
      }
      take(shared + unshared);
      name = Arrays.copyOf(name, (int) (shared + unshared));
      block.get(name, (int) shared, (int) unshared);
      byte[] value = new byte[(int) valueBytes];
      block.get(value);
      found.put(new String(name, StandardCharsets.UTF_8), value);
    }
    return found;
  }

  /** Counts a name of so many bytes. */
  private void take(long nameBytes) {
    if (nameBytes > MAX_NAME_BYTES) {
      throw damaged(file, "a name has more than %d bytes".formatted(MAX_NAME_BYTES));
    }
    namesLeft -= nameBytes + ENTRY_BYTES;
    if (namesLeft < 0) {
      throw damaged(file, "its names are too many or too long");
    }
  }

  /** A block without its restarts. */
  private ByteBuffer contents(ByteBuffer handle) {
    long offset = readVarint(file, handle);
    long size = readVarint(file, handle);
    long room = table.capacity() - (long) FOOTER_BYTES - BLOCK_TRAILER_BYTES;
    if (offset < 0 || size < Integer.BYTES || offset > room || size > room - offset) {
      throw damaged(file, "a block lies outside of it");
    }
    blocksLeft -= size;
    if (blocksLeft < 0) {
      throw damaged(file, "its blocks overlap");
    }
    int start = (int) offset;
    int length = (int) size;
    if (maskedCrc(table.slice(start, length + 1)) != table.getInt(start + length + 1)) {
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
    return table.slice(start, (int) end);
  }

  static long readVarint(Path file, ByteBuffer bytes) {
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

  /**
   * The checksum of some bytes, one after the other. Checksums are stored masked, since they may be
   * of bytes that hold checksums.
   */
  static int maskedCrc(ByteBuffer... parts) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : parts) {
      crc.update(part.duplicate());
    }
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
  }

  static ModelImportException damaged(Path file, String what) {
    return new ModelImportException("%s is damaged: %s".formatted(file, what));
  }
}
