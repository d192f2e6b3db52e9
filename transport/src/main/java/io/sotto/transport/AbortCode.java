package io.sotto.transport;

import io.sotto.gc.channel.AbortReason;
import org.jspecify.annotations.Nullable;

/** The reasons for giving up as bytes on the wire, in abort frames and in the server's greeting. */
final class AbortCode {
  private AbortCode() {}

  static int of(AbortReason reason) {
    return switch (reason) {
      case PROTOCOL_VIOLATION -> 1;
      case INCOMPATIBLE -> 2;
      case REFUSED -> 3;
      case BUSY -> 4;
      case SHUTTING_DOWN -> 5;
      case INTERNAL_ERROR -> 6;
    };
  }

  /** Null for a byte that is no reason. */
  static @Nullable AbortReason reason(int code) {
    return switch (code) {
      case 1 -> AbortReason.PROTOCOL_VIOLATION;
      case 2 -> AbortReason.INCOMPATIBLE;
      case 3 -> AbortReason.REFUSED;
      case 4 -> AbortReason.BUSY;
      case 5 -> AbortReason.SHUTTING_DOWN;
      case 6 -> AbortReason.INTERNAL_ERROR;
      default -> null;
    };
  }
}
