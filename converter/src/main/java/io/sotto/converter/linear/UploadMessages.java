package io.sotto.converter.linear;

import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.UploadEncryptor;
import io.sotto.converter.step.MessageKinds;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * How seeded ciphertexts cross the channel: the seed, then blocks of ciphertexts, in order.
 *
 * @param used coefficients of each ciphertext
 * @param perMessage ciphertexts of a block, at most
 */
record UploadMessages(RingParameters ring, int ciphertexts, int used, int perMessage) {

  /** Polynomials that the client has in memory at once: messages and ciphertexts of a block. */
  int clientPolynomials() {
    return 2 * Math.min(perMessage, ciphertexts);
  }

  private int blockBytes(int count) {
    return Math.toIntExact(SeededUpload.blockBytes(ring, count, used));
  }

  /** Bytes on the wire, headers included. */
  long wireBytes() {
    long total = Channel.HEADER_BYTES + SeededUpload.SEED_BYTES;
    for (int first = 0; first < ciphertexts; first += perMessage) {
      total += Channel.HEADER_BYTES + blockBytes(Math.min(perMessage, ciphertexts - first));
    }
    return total;
  }

  /** Gives the messages of some consecutive ciphertexts, of which there are as many. */
  @FunctionalInterface
  interface Messages {
    void encode(int first, CoefficientPolys into);
  }

  /** Encrypts and sends, a block at a time. */
  void send(SecretKey key, Messages messages, SecureRandom random, Channel channel) {
    try (UploadEncryptor encryptor = UploadEncryptor.open(key, random);
        NativeBuffer message = NativeBuffer.allocate(messageBytes())) {
      ByteBuffer seed = ByteBuffer.allocate(SeededUpload.SEED_BYTES);
      encryptor.writeSeed(seed);
      channel.send(MessageKinds.UPLOAD_SEED, seed.flip());
      for (int first = 0; first < ciphertexts; first += perMessage) {
        int count = Math.min(perMessage, ciphertexts - first);
        try (CoefficientPolys plain = CoefficientPolys.allocate(key.ring(), count)) {
          messages.encode(first, plain);
          try (SeededUpload part = encryptor.next(plain)) {
            ByteBuffer block = message.bytes();
            part.writeBlock(0, count, used, block);
            channel.send(MessageKinds.UPLOAD, block.flip());
          }
        }
        channel.flush();
      }
    }
  }

  InputBlock receive(Ring ring, Channel channel) {
    ByteBuffer seed = ByteBuffer.allocate(SeededUpload.SEED_BYTES);
    channel.receive(MessageKinds.UPLOAD_SEED, seed);
    try (InputBlock.Receiver receiver = InputBlock.receive(ring, ciphertexts, used);
        NativeBuffer message = NativeBuffer.allocate(messageBytes())) {
      receiver.seed(seed.flip());
      for (int first = 0; first < ciphertexts; first += perMessage) {
        ByteBuffer block =
            message.bytes().limit(blockBytes(Math.min(perMessage, ciphertexts - first)));
        channel.receive(MessageKinds.UPLOAD, block);
        receiver.block(block.flip());
      }
      return receiver.finish();
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("the client's upload is malformed", e);
    }
  }

  private int messageBytes() {
    return blockBytes(Math.min(perMessage, ciphertexts));
  }
}
