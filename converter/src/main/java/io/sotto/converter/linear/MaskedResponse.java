package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomised;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.Ring;
import io.sotto.ckks.SecretKey;
import io.sotto.converter.shares.NarrowShares;
import io.sotto.gc.channel.Channel;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The server's answer in a linear step, a block of it: ciphertexts of y that are re-randomised,
 * masked, and rounded to k bits. What is sent are c0's coefficients of the batch's images and all
 * of c1's.
 *
 * <p><b>Security.</b> For the client, who holds the secret key, the response is computationally
 * uniform, whatever the weights are (docs/protocol.md, section 5):
 *
 * <ul>
 *   <li>the mask r is uniform over all of Z_q and used once, so c0 + r is uniform: message and
 *       noise are hidden together, and flooding with further noise isn't needed;
 *   <li>c1 has had a fresh encryption of zero under the client's public key added, a ring-LWE
 *       sample with a secret of the server's. Without it c1 would be a combination, with the
 *       weights, of polynomials that the client chose itself, and the weights would follow by
 *       linear algebra. Only a {@link ReRandomised} can become a response.
 * </ul>
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> None of its own.
 */
final class MaskedResponse {
  private final ResponseBlock block;
  private final NativeBuffer c0;
  private final NativeBuffer c1;

  private MaskedResponse(ResponseBlock block, NativeBuffer c0, NativeBuffer c1) {
    this.block = block;
    this.c0 = c0;
    this.c1 = c1;
  }

  /**
   * Makes a response, and the server's shares of y, the masks' negatives rounded.
   *
   * @param result of the linear map, which is used up
   * @param shares where the server's shares go, of so many bits
   * @param scope owns the response
   */
  static MaskedResponse make(
      ResponseBlock block,
      int shareBits,
      Accumulated result,
      PublicKey key,
      SecureRandom random,
      NativeBuffer shares,
      Scope scope) {
    ReRandomised fresh = scope.own(new ReRandomiser(key).apply(result, random));
    Ring ring = key.ring();
    NativeBuffer c0 = used(fresh.c0().buffer(), ring.degree(), block.images(), scope);
    CoefficientPolys uniform = scope.own(CoefficientPolys.uniform(ring, fresh.count(), random));
    NativeBuffer masks = used(uniform.buffer(), ring.degree(), block.images(), scope);
    NativeBuffer c1 = fresh.c1().buffer();
    FixedPointKernel.maskAndRound(c0, masks, ring.modulus(), block.bits(), c0);
    FixedPointKernel.fromRing(c1, ring.modulus(), block.bits(), c1);
    FixedPointKernel.negateMod(masks, ring.modulus());
    FixedPointKernel.fromRing(masks, ring.modulus(), shareBits, shares);
    return new MaskedResponse(block, c0, c1);
  }

  /**
   * The coefficients that belong to an image, without gaps: of a full batch the rows themselves.
   */
  private static NativeBuffer used(NativeBuffer rows, int degree, int images, Scope scope) {
    if (images == degree) {
      return rows;
    }
    long rowBytes = (long) degree * Long.BYTES;
    long usedBytes = (long) images * Long.BYTES;
    long count = rows.size() / rowBytes;
    NativeBuffer used = scope.allocate(count * usedBytes);
    for (long row = 0; row < count; row++) {
      used.slice(row * usedBytes, usedBytes)
          .bytes()
          .put(rows.slice(row * rowBytes, usedBytes).bytes());
    }
    return used;
  }

  void send(Channel channel) {
    block.c0().send(channel, c0);
    block.c1().send(channel, c1);
    channel.flush();
  }

  /** Receives a response block by block; gives the client's shares of y. */
  static NarrowShares receive(
      LinearSpec spec, int images, Channel channel, SecretKey key, Scope scope) {
    NarrowShares shares = NarrowShares.allocate(spec.output(), images, scope);
    for (ResponseBlock block : spec.response(images)) {
      try (Scope part = new Scope()) {
        receive(block, channel, part)
            .clientShares(key, spec.output().bits(), block.of(shares), part);
      }
    }
    return shares;
  }

  private static MaskedResponse receive(ResponseBlock block, Channel channel, Scope scope) {
    long outputs = block.count();
    NativeBuffer c0 = scope.allocate(outputs * block.images() * Long.BYTES);
    NativeBuffer c1 = scope.allocate(outputs * block.ring().degree() * Long.BYTES);
    block.c0().receive(channel, c0);
    block.c1().receive(channel, c1);
    return new MaskedResponse(block, c0, c1);
  }

  /** The client's shares of y: the decryption, rounded to the shares' width; once. */
  private void clientShares(SecretKey key, int shareBits, NativeBuffer shares, Scope scope) {
    key.multiplyShort(c1, block.bits(), block.count(), c1);
    FixedPointKernel.finishShare(
        c0,
        used(c1, block.ring().degree(), block.images(), scope),
        block.bits(),
        shareBits,
        shares);
  }
}
