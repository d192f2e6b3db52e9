package io.sotto.converter.slots;

import io.sotto.ckks.slots.SlotContext;
import io.sotto.ckks.slots.SlotParameters;
import io.sotto.ckks.slots.SlotRows;
import io.sotto.ckks.slots.SlotSecretKey;
import io.sotto.ckks.slots.SlotWorkers;
import io.sotto.converter.step.MessageKinds;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.PeerViolationException;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * How ciphertexts of a level cross the channel: uploads as a seed and then the first parts, results
 * whole, in messages of as many elements as fit some megabytes.
 */
public record SlotMessages(SlotParameters parameters, int level, int elements) {
  private static final int MESSAGE_BYTES = 1 << 22;

  private int perMessage(int bytes) {
    return Math.max(1, MESSAGE_BYTES / bytes);
  }

  private int firstPartBytes(int count) {
    return SlotRows.firstPartBytes(parameters, level, count);
  }

  private int wholeBytes(int count) {
    return SlotRows.wireBytes(parameters, level, count);
  }

  /** Bytes of an upload on the wire, headers included. */
  public long uploadBytes() {
    return Channel.HEADER_BYTES
        + SlotRows.SEED_BYTES
        + headers(firstPartBytes(1))
        + (long) elements * firstPartBytes(1);
  }

  /** Bytes of results on the wire, headers included. */
  public long resultBytes() {
    return headers(wholeBytes(1)) + (long) elements * wholeBytes(1);
  }

  private long headers(int bytes) {
    int perMessage = perMessage(bytes);
    return (long) ((elements + perMessage - 1) / perMessage) * Channel.HEADER_BYTES;
  }

  /**
   * Encrypts numbers and sends them.
   *
   * @param values {@code [element][images]} doubles
   */
  public void sendUpload(
      SlotSecretKey key,
      NativeBuffer values,
      int images,
      double scale,
      Channel channel,
      SecureRandom random) {
    int perMessage = perMessage(firstPartBytes(1));
    long rowBytes = (long) images * Double.BYTES;
    try (SlotSecretKey.Upload upload = key.upload(random);
        NativeBuffer message =
            NativeBuffer.allocate(firstPartBytes(Math.min(perMessage, elements)))) {
      channel.send(MessageKinds.UPLOAD_SEED, ByteBuffer.wrap(upload.seed()));
      for (int first = 0; first < elements; first += perMessage) {
        int count = Math.min(perMessage, elements - first);
        ByteBuffer block = message.bytes();
        upload.write(values.slice(first * rowBytes, count * rowBytes), count, images, scale, block);
        channel.send(MessageKinds.UPLOAD, block.flip());
        channel.flush();
      }
    }
  }

  /** Receives what {@link #sendUpload} sent. */
  public SlotRows receiveUpload(
      SlotContext context, double scale, Channel channel, SlotWorkers workers) {
    byte[] seed = new byte[SlotRows.SEED_BYTES];
    channel.receive(MessageKinds.UPLOAD_SEED, ByteBuffer.wrap(seed));
    SlotRows rows = SlotRows.allocate(context, level, elements, scale);
    try {
      receive(MessageKinds.UPLOAD, firstPartBytes(1), channel, rows::readFirstParts);
      rows.expandSecondParts(seed, workers);
      return rows;
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  /** Sends results. */
  public void sendResults(SlotRows rows, Channel channel) {
    int perMessage = perMessage(wholeBytes(1));
    try (NativeBuffer message = NativeBuffer.allocate(wholeBytes(Math.min(perMessage, elements)))) {
      for (int first = 0; first < elements; first += perMessage) {
        ByteBuffer block = message.bytes();
        rows.write(first, Math.min(perMessage, elements - first), block);
        channel.send(MessageKinds.SLOT_RESULTS, block.flip());
      }
    }
    channel.flush();
  }

  /** Receives what {@link #sendResults} sent. */
  public SlotRows receiveResults(SlotContext context, double scale, Channel channel) {
    SlotRows rows = SlotRows.allocate(context, level, elements, scale);
    try {
      receive(MessageKinds.SLOT_RESULTS, wholeBytes(1), channel, rows::read);
      return rows;
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  /** Takes some consecutive elements. */
  @FunctionalInterface
  private interface Reader {
    void read(int first, int count, ByteBuffer in);
  }

  private void receive(MessageKind kind, int bytes, Channel channel, Reader reader) {
    int perMessage = perMessage(bytes);
    try (NativeBuffer message =
        NativeBuffer.allocate((long) Math.min(perMessage, elements) * bytes)) {
      for (int first = 0; first < elements; first += perMessage) {
        int count = Math.min(perMessage, elements - first);
        ByteBuffer block = message.bytes().limit(count * bytes);
        channel.receive(kind, block);
        reader.read(first, count, block.flip());
      }
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("a " + kind.name() + " message is malformed", e);
    }
  }
}
