package io.sotto.baselines.messages;

import io.sotto.baselines.slots.SlotContext;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotRows;
import io.sotto.baselines.slots.SlotSecretKey;
import io.sotto.baselines.slots.SlotWorkers;
import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerViolationException;
import io.sotto.converter.step.MessageKinds;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * How ciphertexts of a level cross the channel: uploads as a seed and then the first parts, results
 * whole, in messages of as many elements as fit some megabytes.
 */
public record SlotMessages(SlotParameters parameters, int level, int elements) {
  private static final int MESSAGE_BYTES = 1 << 22;

  /** Where more fit, elements come in multiples of this, as shares are encoded and decoded. */
  private static final int GROUP = 8;

  private static int perMessage(int bytes) {
    int fitting = Math.max(1, MESSAGE_BYTES / bytes);
    return fitting < GROUP ? fitting : fitting - fitting % GROUP;
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

  /** Bytes of all the ciphertexts in memory. */
  public long memoryBytes() {
    return SlotRows.memoryBytes(parameters, level, 2, elements);
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
    long rowBytes = (long) images * Double.BYTES;
    send(
        key,
        channel,
        random,
        (upload, first, count, block) ->
            upload.write(
                values.slice(first * rowBytes, count * rowBytes), count, images, scale, block));
  }

  /**
   * Encrypts shares and sends them.
   *
   * @param shares {@code [element][images]} signed longs, encoded times {@code 2^scaleBits}
   */
  public void sendShares(
      SlotSecretKey key,
      NativeBuffer shares,
      int images,
      int scaleBits,
      Channel channel,
      SecureRandom random) {
    long rowBytes = (long) images * Long.BYTES;
    send(
        key,
        channel,
        random,
        (upload, first, count, block) ->
            upload.writeShares(
                shares.slice(first * rowBytes, count * rowBytes),
                count,
                images,
                scaleBits,
                level,
                block));
  }

  /** Encrypts some consecutive elements. */
  @FunctionalInterface
  private interface Encryption {
    void write(SlotSecretKey.Upload upload, int first, int count, ByteBuffer block);
  }

  private void send(
      SlotSecretKey key, Channel channel, SecureRandom random, Encryption encryption) {
    int perMessage = perMessage(firstPartBytes(1));
    try (SlotSecretKey.Upload upload = key.upload(random);
        NativeBuffer message =
            NativeBuffer.allocate(firstPartBytes(Math.min(perMessage, elements)))) {
      channel.send(MessageKinds.UPLOAD_SEED, ByteBuffer.wrap(upload.seed()));
      for (int first = 0; first < elements; first += perMessage) {
        int count = Math.min(perMessage, elements - first);
        ByteBuffer block = message.bytes();
        encryption.write(upload, first, count, block);
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
        channel.send(SlotMessageKinds.SLOT_RESULTS, block.flip());
      }
    }
    channel.flush();
  }

  /** Receives what {@link #sendResults} sent. */
  public SlotRows receiveResults(SlotContext context, double scale, Channel channel) {
    SlotRows rows = SlotRows.allocate(context, level, elements, scale);
    try {
      receive(SlotMessageKinds.SLOT_RESULTS, wholeBytes(1), channel, rows::read);
      return rows;
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  /** Takes some consecutive results. */
  @FunctionalInterface
  public interface Block {
    void take(int first, SlotRows rows);
  }

  /** Receives what {@link #sendResults} sent, a message at a time. */
  public void receiveBlocks(SlotContext context, double scale, Channel channel, Block block) {
    receive(
        SlotMessageKinds.SLOT_RESULTS,
        wholeBytes(1),
        channel,
        (first, count, in) -> {
          try (SlotRows rows = SlotRows.allocate(context, level, count, scale)) {
            rows.read(0, count, in);
            block.take(first, rows);
          }
        });
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
