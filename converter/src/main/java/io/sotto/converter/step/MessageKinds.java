package io.sotto.converter.step;

import io.sotto.channel.MessageKind;
import java.util.List;

/** The kinds of message of this module, 32..47; docs/protocol.md gives their contents. */
public final class MessageKinds {
  /** Server to client: its view of the plan. */
  public static final MessageKind PLAN = new MessageKind(32, "plan");

  /** Client to server: a public key. */
  public static final MessageKind PUBLIC_KEY = new MessageKind(33, "public key");

  /** Client to server: so many images follow, or none and the session ends. */
  public static final MessageKind BATCH = new MessageKind(34, "batch");

  /** Client to server: the seed of an upload. */
  public static final MessageKind UPLOAD_SEED = new MessageKind(35, "upload seed");

  /** Client to server: the first parts of seeded ciphertexts. */
  public static final MessageKind UPLOAD = new MessageKind(36, "upload");

  /** Server to client: the second parts of re-randomised ciphertexts. */
  public static final MessageKind RESPONSE = new MessageKind(38, "response");

  /** Server to client: its share of the outputs. */
  public static final MessageKind REVEAL = new MessageKind(39, "reveal");

  /** Client to server: a part of its keys for computing on slots. */
  public static final MessageKind SLOT_KEYS = new MessageKind(46, "slot keys");

  /** Server to client: results in slots. */
  public static final MessageKind SLOT_RESULTS = new MessageKind(47, "slot results");

  /** All of them. */
  public static final List<MessageKind> ALL =
      List.of(
          PLAN, PUBLIC_KEY, BATCH, UPLOAD_SEED, UPLOAD, RESPONSE, REVEAL, SLOT_KEYS, SLOT_RESULTS);

  private MessageKinds() {}
}
