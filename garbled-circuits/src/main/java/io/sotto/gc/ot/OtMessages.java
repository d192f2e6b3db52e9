package io.sotto.gc.ot;

import io.sotto.channel.MessageKind;

/** The messages of this package. */
final class OtMessages {
  /** Sender of the base transfers to their receiver: the point A, 33 bytes. */
  static final MessageKind BASE_OT_POINT = new MessageKind(16, "base OT point");

  /** Receiver of the base transfers to their sender: a point of 33 bytes for each transfer. */
  static final MessageKind BASE_OT_CHOICES = new MessageKind(17, "base OT choices");

  /** Receiver of correlated transfers to their sender: rows of 16 bytes a group. */
  static final MessageKind OT_EXTENSION = new MessageKind(18, "OT extension");

  /** Owner of the trees to the chooser: two sums of 16 bytes for each level of each tree. */
  static final MessageKind OT_TREES = new MessageKind(22, "OT trees");

  private OtMessages() {}
}
