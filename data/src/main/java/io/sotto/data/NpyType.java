package io.sotto.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A number type of NumPy.
 *
 * @param name as in {@code descr}: byte order, kind, bytes
 * @param kind 'f', 'i', 'u' or 'b'
 */
record NpyType(String name, ByteOrder order, char kind, int bytes) {

  static NpyType parse(String descr) throws MalformedFileException {
    if (descr.length() == 3 && "<>|=".indexOf(descr.charAt(0)) >= 0) {
      ByteOrder order =
          switch (descr.charAt(0)) {
            case '>' -> ByteOrder.BIG_ENDIAN;
            case '=' -> ByteOrder.nativeOrder();
            default -> ByteOrder.LITTLE_ENDIAN;
          };
      switch (descr.substring(1)) {
        case "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "b1" -> {
          return new NpyType(descr, order, descr.charAt(1), descr.charAt(2) - '0');
        }
        default -> {}
      }
    }
    throw new MalformedFileException(
        ("numbers of type %s are not read here; save the array as float32,"
                + " for example numpy.save(file, array.astype('float32'))")
            .formatted(descr.length() > 40 ? descr.substring(0, 40) + "..." : descr));
  }

  float read(ByteBuffer in) {
    return switch (kind) {
      case 'f' -> bytes == Float.BYTES ? in.getFloat() : (float) in.getDouble();
      case 'i' ->
          switch (bytes) {
            case 1 -> in.get();
            case 2 -> in.getShort();
            case 4 -> in.getInt();
            default -> in.getLong();
          };
      case 'u' ->
          switch (bytes) {
            case 1 -> Byte.toUnsignedInt(in.get());
            case 2 -> Short.toUnsignedInt(in.getShort());
            default -> Integer.toUnsignedLong(in.getInt());
          };
      default -> in.get() == 0 ? 0 : 1;
    };
  }
}
