package io.sotto.natives;

/** Refuses buffers that share memory where a function may not work in place. */
final class Overlap {
  private Overlap() {}

  /** Of the first so many bytes of both, none may be shared. */
  static void refuseAny(String nameA, NativeBuffer a, String nameB, NativeBuffer b, long bytes) {
    a.pointer(nameA, bytes);
    b.pointer(nameB, bytes);
    refuseAny(nameA, a.slice(0, bytes), nameB, b.slice(0, bytes));
  }

  /** None of their bytes may be shared. */
  static void refuseAny(String nameA, NativeBuffer a, String nameB, NativeBuffer b) {
    if (a.overlaps(b)) {
      throw new IllegalArgumentException(
          nameA + " and " + nameB + " overlap; give buffers that share no memory");
    }
  }

  /** The same, but they may begin at the same address. */
  static void refuse(String nameA, NativeBuffer a, String nameB, NativeBuffer b, long bytes) {
    a.pointer(nameA, bytes);
    b.pointer(nameB, bytes);
    if (!a.startsWhere(b)) {
      refuseAny(nameA, a, nameB, b, bytes);
    }
  }
}
