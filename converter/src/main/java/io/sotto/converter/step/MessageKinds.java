package io.sotto.converter.step;

import io.sotto.channel.MessageKind;

/** The kinds of message of this module, 32..39; docs/protocol.md gives their contents. */
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

  private MessageKinds() {}
}
