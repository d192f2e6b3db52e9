package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The two public keys of a session, which the garbler draws and sends.
 *
 * @param hash S, to which the id of a hash is added
 * @param labels of the generator of the garbler's active labels
 */
record SessionKeys(NativeBuffer hash, NativeBuffer labels) {
  /** Garbler to evaluator, once: the two keys, 16 bytes each. */
  static final MessageKind MESSAGE = new MessageKind(19, "garbling keys");

  static final int BYTES = 2 * LabelKernel.LABEL_BYTES;

  static SessionKeys draw(SecureRandom random, Scope scope) {
    NativeBuffer hash = SecretRandomBits.block(random, scope);
    return new SessionKeys(hash, SecretRandomBits.block(random, scope));
  }

  void send(Channel channel) {
    channel.send(MESSAGE, ByteBuffer.allocate(BYTES).put(hash.bytes()).put(labels.bytes()).flip());
  }

  static SessionKeys receive(Channel channel, Scope scope) {
    ByteBuffer keys = ByteBuffer.allocate(BYTES);
    channel.receive(MESSAGE, keys);
    NativeBuffer hash = scope.allocate(LabelKernel.LABEL_BYTES);
    NativeBuffer labels = scope.allocate(LabelKernel.LABEL_BYTES);
    hash.bytes().put(keys.slice(0, LabelKernel.LABEL_BYTES));
    labels.bytes().put(keys.slice(LabelKernel.LABEL_BYTES, LabelKernel.LABEL_BYTES));
    return new SessionKeys(hash, labels);
  }
}
