package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The wire's way to write numbers: packed to their bits, lengths and ranges checked on reading. */
final class PackedPolys {
  private PackedPolys() {}

  static long bytes(long count, int bits) {
    return (Math.multiplyExact(count, (long) bits) + 7) / 8;
  }

  static void write(NativeBuffer numbers, int bits, ByteBuffer out) {
    int count = Math.toIntExact(numbers.size() / Long.BYTES);
    requireRoom(out, bytes(count, bits));
    try (NativeBuffer packed = NativeBuffer.allocate(bytes(count, bits))) {
      PackKernel.pack(numbers, count, bits, packed);
      out.put(packed.bytes());
    }
  }

  /** Reads as many numbers as fill the buffer. */
  static void read(
      ByteBuffer in, int bits, long exclusiveBound, NativeBuffer numbers, String what) {
    int count = Math.toIntExact(numbers.size() / Long.BYTES);
    int bytes = Math.toIntExact(bytes(count, bits));
    requireLeft(in, bytes, what);
    try (NativeBuffer packed = NativeBuffer.allocate(bytes)) {
      packed.bytes().put(in.slice(in.position(), bytes));
      in.position(in.position() + bytes);
      if (!PackKernel.unpack(packed, count, bits, exclusiveBound, numbers)) {
        throw new IllegalArgumentException(
            what + ": a number is out of range or a spare bit is set");
      }
    }
  }

  static void requireRoom(ByteBuffer out, long bytes) {
    if (out.remaining() < bytes) {
      throw new IllegalArgumentException(
          "the buffer has room for " + out.remaining() + " bytes; " + bytes + " are needed");
    }
  }

  static void requireLeft(ByteBuffer in, long bytes, String what) {
    if (in.remaining() < bytes) {
      throw new IllegalArgumentException(
          what + ": cut short, " + in.remaining() + " bytes left of " + bytes);
    }
  }

  static void requireEnd(ByteBuffer in, String what) {
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(what + ": " + in.remaining() + " bytes too many");
    }
  }

  static void writeInt(int value, ByteBuffer out) {
    out.putInt(out.order() == ByteOrder.LITTLE_ENDIAN ? value : Integer.reverseBytes(value));
  }

  static int readInt(ByteBuffer in) {
    int value = in.getInt();
    return in.order() == ByteOrder.LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
  }
}
