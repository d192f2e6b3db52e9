package io.sotto.tfimport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sotto.tfimport.refusal.ModelImportException;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sound tables are read whole, and hostile ones are refused before they cost much. */
@Timeout(30)
class IndexTableTest {
  private static final Path FILE = Path.of("variables.index");
  private static final int MEGABYTE = 1 << 20;

  /** Writes a table of uncompressed blocks without restarts. */
  private static final class Writer {
    private final ByteArrayOutputStream table = new ByteArrayOutputStream();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();

    Writer entry(int shared, byte[] unshared, byte[] value) {
      varint(block, shared);
      varint(block, unshared.length);
      varint(block, value.length);
      block.writeBytes(unshared);
      block.writeBytes(value);
      return this;
    }

    /** Ends a block; gives its handle. */
    byte[] block() {
      ByteArrayOutputStream handle = new ByteArrayOutputStream();
      varint(handle, table.size());
      block.writeBytes(new byte[Integer.BYTES]);
      varint(handle, block.size());
      block.write(0);
      table.writeBytes(block.toByteArray());
      int crc = IndexTable.maskedCrc(ByteBuffer.wrap(block.toByteArray()));
      table.writeBytes(
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, crc).array());
      block.reset();
      return handle.toByteArray();
    }

    /** The table with an index of a block that many times. */
    ByteBuffer table(byte[] handle, int times) {
      for (int i = 0; i < times; i++) {
        entry(0, bytes("k" + i), handle);
      }
      byte[] index = block();
      ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
      footer.put((byte) 0).put((byte) 0).put(index).putLong(40, 0xdb4775248b80fb57L);
      table.writeBytes(footer.array());
      return ByteBuffer.wrap(table.toByteArray());
    }

    private static void varint(ByteArrayOutputStream out, int value) {
      int left = value;
      while (left >= 0x80) {
        out.write(left | 0x80);
        left >>>= 7;
      }
      out.write(left);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertRefused(ByteBuffer table, String why) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> IndexTable.read(FILE, table))
        .isInstanceOf(ModelImportException.class)
        .hasMessage("variables.index is damaged: " + why);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(4 * IndexTable.MAX_NAMES_BYTES + 4L * table.capacity());
  }

  @Test
  void namesShareWhatTheyHaveInCommon() {
    Writer writer = new Writer();
    writer.entry(0, bytes("layer/bias"), bytes("1"));
    writer.entry(6, bytes("kernel"), bytes("2"));
    writer.entry(12, new byte[IndexTable.MAX_NAME_BYTES - 12], bytes("3"));
    Map<String, byte[]> entries = IndexTable.read(FILE, writer.table(writer.block(), 1));
    assertThat(entries).hasSize(3);
    assertThat(entries.get("layer/bias")).isEqualTo(bytes("1"));
    assertThat(entries.get("layer/kernel")).isEqualTo(bytes("2"));
    assertThat(entries.keySet()).anyMatch(name -> name.length() == IndexTable.MAX_NAME_BYTES);
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    Writer writer = new Writer().entry(0, new byte[IndexTable.MAX_NAME_BYTES + 1], bytes(""));
    assertRefused(writer.table(writer.block(), 1), "a name has more than 4096 bytes");
    Writer grown = new Writer().entry(0, new byte[IndexTable.MAX_NAME_BYTES], bytes(""));
    grown.entry(IndexTable.MAX_NAME_BYTES, bytes("x"), bytes(""));
    assertRefused(grown.table(grown.block(), 1), "a name has more than 4096 bytes");
  }

  /** 11 MB that stand for names of 6 GB. */
  @Test
  void longPrefixesOfManyNamesAreRefused() {
    Writer writer = new Writer().entry(0, new byte[IndexTable.MAX_NAME_BYTES - 3], bytes(""));
    for (int i = 0; i < 3 * MEGABYTE / 2; i++) {
      byte[] end = {(byte) (i & 0x7f), (byte) (i >> 7 & 0x7f), (byte) (i >> 14 & 0x7f)};
      writer.entry(IndexTable.MAX_NAME_BYTES - 3, end, bytes(""));
    }
    assertRefused(writer.table(writer.block(), 1), "its names are too many or too long");
  }

  @Test
  void manyShortNamesAreRefused() {
    Writer writer = new Writer();
    for (int i = 0; i < 3 * MEGABYTE / 2; i++) {
      writer.entry(0, bytes(Integer.toString(i, 36)), bytes(""));
    }
    assertRefused(writer.table(writer.block(), 1), "its names are too many or too long");
  }

  /** A block is read once, however many handles there are. */
  @Test
  void aBlockThatIsReadAgainAndAgainIsRefused() {
    Writer writer = new Writer().entry(0, bytes("a"), new byte[8 * MEGABYTE]);
    assertRefused(writer.table(writer.block(), 100_000), "its blocks overlap");
  }
}
