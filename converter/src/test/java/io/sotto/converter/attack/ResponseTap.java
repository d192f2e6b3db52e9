package io.sotto.converter.attack;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.ckks.SecretKey;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.step.MessageKinds;
import io.sotto.gc.testing.ForwardingChannel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * The client's channel, which keeps the last response of a linear step; the client's steps don't
 * keep what is below their shares. This class knows what a response is, {@link RealQueries}
 * doesn't.
 */
final class ResponseTap extends ForwardingChannel {
  private byte[] response = new byte[0];

  ResponseTap(Channel channel) {
    super(channel);
  }

  /**
   * What the client's shares of its last response hold below the last place of the layer's values.
   *
   * @param spec a step whose response is one message
   * @param dropped bits of the layer's products below that place
   * @param known gets them by image, from the unit on
   */
  void fractions(
      LinearSpec spec, int dropped, SecretKey key, int images, double[][] known, int unit) {
    int outputs = spec.output().elements();
    int degree = spec.ring().degree();
    int bits = spec.responseBits();
    int left = bits - (spec.output().bits() - dropped);
    try (Scope scope = new Scope()) {
      NativeBuffer product = unpacked(response, outputs * degree, bits, scope);
      key.multiplyShort(product, bits, outputs, product);
      LongBuffer shares = product.longs();
      for (int output = 0; output < outputs; output++) {
        for (int image = 0; image < images; image++) {
          long below = shares.get(output * degree + image) & ((1L << left) - 1);
          known[image][unit + output] = Math.scalb((double) below, -left);
        }
      }
    }
  }

  private static NativeBuffer unpacked(byte[] message, int count, int bits, Scope scope) {
    if (message.length != PackKernel.packedBytes(count, bits)) {
      throw new IllegalArgumentException("the response has several blocks");
    }
    NativeBuffer packed = scope.allocate(message.length);
    packed.bytes().put(message);
    NativeBuffer numbers = scope.allocate((long) count * Long.BYTES);
    PackKernel.unpack(packed, count, bits, 1L << bits, numbers);
    return numbers;
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    ByteBuffer received = destination.duplicate();
    super.receive(kind, destination);
    if (kind.equals(MessageKinds.RESPONSE)) {
      response = bytes(received);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
