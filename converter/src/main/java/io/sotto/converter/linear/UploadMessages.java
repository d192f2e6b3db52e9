package io.sotto.converter.linear;

import io.sotto.ckks.InputBlock;
import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SeededUpload;
import io.sotto.converter.step.MessageKinds;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.PeerViolationException;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;

/**
 * How seeded ciphertexts cross the channel: the seed, then blocks of as many ciphertexts as fit
 * some megabytes, in order.
 */
record UploadMessages(RingParameters ring, int ciphertexts) {
  private static final int BLOCK_BYTES = 1 << 22;

  private int perMessage() {
    return Math.max(1, BLOCK_BYTES / ring.polynomialBytes());
  }

  private int blockBytes(int count) {
    return Math.toIntExact(SeededUpload.blockBytes(ring, count));
  }

  /** Bytes on the wire, headers included. */
  long wireBytes() {
    long total = Channel.HEADER_BYTES + SeededUpload.SEED_BYTES;
    for (int first = 0; first < ciphertexts; first += perMessage()) {
      total += Channel.HEADER_BYTES + blockBytes(Math.min(perMessage(), ciphertexts - first));
    }
    return total;
  }

  void send(SeededUpload upload, Channel channel) {
    ByteBuffer seed = ByteBuffer.allocate(SeededUpload.SEED_BYTES);
    upload.writeSeed(seed);
    channel.send(MessageKinds.UPLOAD_SEED, seed.flip());
    try (NativeBuffer message = NativeBuffer.allocate(messageBytes())) {
      for (int first = 0; first < ciphertexts; first += perMessage()) {
        ByteBuffer block = message.bytes();
        upload.writeBlock(first, Math.min(perMessage(), ciphertexts - first), block);
        channel.send(MessageKinds.UPLOAD, block.flip());
      }
    }
  }

  InputBlock receive(Ring ring, Channel channel) {
    ByteBuffer seed = ByteBuffer.allocate(SeededUpload.SEED_BYTES);
    channel.receive(MessageKinds.UPLOAD_SEED, seed);
    try (InputBlock.Receiver receiver = InputBlock.receive(ring, ciphertexts);
        NativeBuffer message = NativeBuffer.allocate(messageBytes())) {
      receiver.seed(seed.flip());
      for (int first = 0; first < ciphertexts; first += perMessage()) {
        ByteBuffer block =
            message.bytes().limit(blockBytes(Math.min(perMessage(), ciphertexts - first)));
        channel.receive(MessageKinds.UPLOAD, block);
        receiver.block(block.flip());
      }
      return receiver.finish();
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("the client's upload is malformed", e);
    }
  }

  private int messageBytes() {
    return blockBytes(Math.min(perMessage(), ciphertexts));
  }
}
