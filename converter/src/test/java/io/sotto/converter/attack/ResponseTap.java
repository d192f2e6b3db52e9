package io.sotto.converter.attack;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.ckks.SecretKey;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.TileLayout;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.MessageKinds;
import io.sotto.gc.testing.ForwardingChannel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The client's channel, which keeps the blocks of a linear step's response; the client's steps
 * don't keep what is below their shares. This class knows what a response is, {@link RealQueries}
 * doesn't.
 */
final class ResponseTap extends ForwardingChannel {
  private final List<byte[]> blocks = new ArrayList<>();

  ResponseTap(Channel channel) {
    super(channel);
  }

  /**
   * What the client's shares of the response that has come hold below the last place of the layer's
   * values.
   *
   * @param spec a step of whose response each block is a message, with all results of some images
   * @param dropped bits of the layer's products below that place
   * @param result the client's shares
   * @param known gets them by image, from the unit on
   */
  void fractions(
      LinearSpec spec, int dropped, SecretKey key, Shares result, double[][] known, int unit) {
    int images = result.images();
    int bits = spec.responseBits();
    int left = bits - (spec.output().bits() - dropped);
    int polynomials = polynomials(spec, images);
    try (Scope scope = new Scope()) {
      NativeBuffer product = unpacked(polynomials, spec.ring().degree(), bits, scope);
      key.multiplyShort(product, bits, polynomials, product);
      LongBuffer shares = product.longs();
      for (int output = 0; output < spec.output().elements(); output++) {
        for (int image = 0; image < images; image++) {
          long number = shares.get(index(spec, images, output, image));
          requireShare(number >> (bits - spec.output().shareBits()), result, output, image);
          known[image][unit + output] = Math.scalb((double) (number & ((1L << left) - 1)), -left);
        }
      }
    }
  }

  /** Else the fractions would be another number's. */
  private static void requireShare(long share, Shares result, int output, int image) {
    long own = result.values().longs().get(output * result.images() + image);
    if ((share & result.format().mask()) != own) {
      throw new IllegalStateException("the response doesn't hold the share where it is looked for");
    }
  }

  private static int polynomials(LinearSpec spec, int images) {
    return spec.arranged(images) instanceof TileLayout tile
        ? groups(tile, images) * tile.shape().tiles() * tile.shape().results()
        : spec.output().elements();
  }

  private static int groups(TileLayout tile, int images) {
    return (images - 1) / tile.shape().together() + 1;
  }

  /** Where an element of an image is among the coefficients of a response. */
  private static int index(LinearSpec spec, int images, int output, int image) {
    int degree = spec.ring().degree();
    if (!(spec.arranged(images) instanceof TileLayout tile)) {
      return output * degree + image;
    }
    TileLayout.Shape shape = tile.shape();
    int place = tile.place(output);
    int group = image / shape.together();
    int polynomial = group * shape.tiles() * shape.results() + place / shape.span();
    return polynomial * degree + image % shape.together() * shape.span() + place % shape.span();
  }

  private NativeBuffer unpacked(int polynomials, int degree, int bits, Scope scope) {
    long row = degree * (long) Long.BYTES;
    NativeBuffer numbers = scope.allocate(polynomials * row);
    int at = 0;
    for (byte[] block : blocks) {
      int count = Math.toIntExact(block.length * (long) Byte.SIZE / bits / degree);
      NativeBuffer packed = scope.allocate(block.length);
      packed.bytes().put(block);
      PackKernel.unpack(
          packed, count * degree, bits, 1L << bits, numbers.slice(at * row, count * row));
      at += count;
    }
    blocks.clear();
    if (at != polynomials) {
      throw new IllegalArgumentException("%d of %d results have come".formatted(at, polynomials));
    }
    return numbers;
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    ByteBuffer received = destination.duplicate();
    super.receive(kind, destination);
    if (kind.equals(MessageKinds.RESPONSE)) {
      blocks.add(bytes(received));
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
