package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The sender of {@link IknpReceiver}'s protocol, which holds the offset.
 *
 * <p><b>Security.</b> As there.
 *
 * <p><b>Threading.</b> As {@link CorrelatedOtSender} says.
 *
 * <p><b>Failure.</b> As {@link CorrelatedOtSender} says.
 */
public final class IknpSender implements CorrelatedOtSender {
  private final Channel channel;
  private final Scope scope = new Scope();
  private final NativeBuffer delta;
  private final NativeBuffer keys;
  private long nextBlock;

  private IknpSender(Channel channel) {
    this.channel = channel;
    this.delta = scope.allocate(LabelKernel.LABEL_BYTES);
    this.keys = scope.allocate((long) LabelKernel.COLUMNS * LabelKernel.LABEL_BYTES);
  }

  /**
   * Runs the 128 base transfers, as their receiver.
   *
   * @param delta the offset, 16 bytes; copied
   */
  public static IknpSender open(Channel channel, SecureRandom random, NativeBuffer delta) {
    IknpSender sender = new IknpSender(channel);
    try {
      sender.delta.longs().put(delta.slice(0, LabelKernel.LABEL_BYTES).longs());
      BaseOt.receive(channel, random, LabelKernel.COLUMNS, sender.delta, sender.keys);
      return sender;
    } catch (RuntimeException e) {
      sender.close();
      throw e;
    }
  }

  @Override
  public void extend(int count, NativeBuffer labels) {
    int blocks = CorrelatedOts.groups(count);
    int bytes = IknpReceiver.requestSize(count);
    try (NativeBuffer request = NativeBuffer.allocate(Math.max(1, bytes))) {
      channel.receive(OtMessages.OT_EXTENSION, request.bytes().limit(bytes));
      IknpMatrix matrix = new IknpMatrix(keys, nextBlock, blocks);
      matrix.addWhere(delta, request);
      matrix.rows(labels);
    }
    nextBlock = Math.addExact(nextBlock, blocks);
  }

  @Override
  public void close() {
    scope.close();
  }
}
