package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The chooser of correlated transfers by the extension of Ishai, Kilian, Nissim and Petrank
 * (Extending oblivious transfers efficiently, 2003), in the form of Asharov, Lindell, Schneider and
 * Zohner (More efficient oblivious transfer and extensions for faster secure computation, 2013).
 * 128 base transfers in the other direction, with the bits of delta as choices, give the chooser
 * two keys for each column of a matrix and the sender one. The chooser's matrix T has the streams
 * of the zero keys as columns; it sends u_i = G(k0_i) + G(k1_i) + b; the sender's column is G(k_i)
 * + delta_i u_i. Row j then is t_j here and t_j + b_j delta there, which are the labels.
 *
 * <p><b>Security.</b> For semi-honest parties and AES in counter mode as the generator: of each
 * column the sender can't tell the stream of the key that it did not get from random, so u_i hides
 * the choices; the chooser receives nothing after the base transfers, so delta is as safe as they
 * make it. No consistency check is made, which a malicious chooser could use to learn delta. The
 * streams go on from request to request and no block of theirs is used twice.
 *
 * <p><b>Threading.</b> As {@link CorrelatedOtReceiver} says.
 *
 * <p><b>Failure.</b> As {@link CorrelatedOtReceiver} says.
 */
public final class IknpReceiver implements CorrelatedOtReceiver {
  private final Channel channel;
  private final Scope scope = new Scope();
  private final NativeBuffer zeroKeys;
  private final NativeBuffer oneKeys;
  private long nextBlock;

  private IknpReceiver(Channel channel) {
    this.channel = channel;
    long bytes = (long) LabelKernel.COLUMNS * LabelKernel.LABEL_BYTES;
    this.zeroKeys = scope.allocate(bytes);
    this.oneKeys = scope.allocate(bytes);
  }

  /** Runs the 128 base transfers, as their sender. */
  public static IknpReceiver open(Channel channel, SecureRandom random) {
    IknpReceiver receiver = new IknpReceiver(channel);
    try {
      BaseOt.send(channel, random, LabelKernel.COLUMNS, receiver.zeroKeys, receiver.oneKeys);
      return receiver;
    } catch (RuntimeException e) {
      receiver.close();
      throw e;
    }
  }

  /** What {@link #open} sends, receives and waits for. */
  public static Traffic setupTraffic() {
    return BaseOt.senderTraffic(LabelKernel.COLUMNS);
  }

  @Override
  public int requestBytes(int count) {
    return requestSize(count);
  }

  /** Bytes of a request of that many transfers: 16 for each, in whole groups. */
  public static int requestSize(int count) {
    return CorrelatedOts.labelBytes(count);
  }

  @Override
  public void extend(int count, NativeBuffer choices, NativeBuffer labels) {
    int blocks = CorrelatedOts.groups(count);
    int bytes = requestSize(count);
    try (NativeBuffer request = NativeBuffer.allocate(Math.max(1, bytes))) {
      IknpMatrix zero = new IknpMatrix(zeroKeys, nextBlock, blocks);
      IknpMatrix one = new IknpMatrix(oneKeys, nextBlock, blocks);
      nextBlock = Math.addExact(nextBlock, blocks);
      one.add(zero);
      one.addToEachColumn(choices);
      one.columns(request);
      zero.rows(labels);
      channel.send(OtMessages.OT_EXTENSION, request.bytes().limit(bytes));
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
