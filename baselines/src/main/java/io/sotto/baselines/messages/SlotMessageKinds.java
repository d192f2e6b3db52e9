package io.sotto.baselines.messages;

import io.sotto.channel.MessageKind;

/** The kinds of message of this module, 46 and 47; docs/baselines.md gives their contents. */
public final class SlotMessageKinds {
  /** Client to server: a part of its keys for computing on slots. */
  public static final MessageKind SLOT_KEYS = new MessageKind(46, "slot keys");

  /** Server to client: results in slots. */
  public static final MessageKind SLOT_RESULTS = new MessageKind(47, "slot results");

  private SlotMessageKinds() {}
}
