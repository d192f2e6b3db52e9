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
 * The server's answer in a linear step: ciphertexts of y that are re-randomised, masked, and
 * rounded to k bits. What is sent are c0's coefficients of the batch's images and all of c1's.
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
  private final LinearSpec spec;
  private final int images;
  private final NativeBuffer c0;
  private final NativeBuffer c1;

  private MaskedResponse(LinearSpec spec, int images, NativeBuffer c0, NativeBuffer c1) {
    this.spec = spec;
    this.images = images;
    this.c0 = c0;
    this.c1 = c1;
  }

  /** The server's two halves: what it sends, and its shares of y, the masks' negatives rounded. */
  record WithServerShares(MaskedResponse response, NarrowShares shares) {}

  /**
   * Makes a response.
   *
   * @param result of the linear map, which is used up
   * @param step owns the response
   * @param scope owns the shares
   */
  static WithServerShares make(
      LinearSpec spec,
      int images,
      Accumulated result,
      PublicKey key,
      SecureRandom random,
      Scope step,
      Scope scope) {
    ReRandomised fresh = step.own(new ReRandomiser(key).apply(result, random));
    Ring ring = key.ring();
    NativeBuffer c0 = used(fresh.c0().buffer(), ring.degree(), images, step);
    CoefficientPolys uniform = step.own(CoefficientPolys.uniform(ring, fresh.count(), random));
    NativeBuffer masks = used(uniform.buffer(), ring.degree(), images, step);
    NativeBuffer c1 = fresh.c1().buffer();
    FixedPointKernel.maskAndRound(c0, masks, ring.modulus(), spec.responseBits(), c0);
    FixedPointKernel.fromRing(c1, ring.modulus(), spec.responseBits(), c1);
    FixedPointKernel.negateMod(masks, ring.modulus());
    NarrowShares shares = NarrowShares.allocate(spec.output(), images, scope);
    FixedPointKernel.fromRing(masks, ring.modulus(), spec.output().bits(), shares.values());
    return new WithServerShares(new MaskedResponse(spec, images, c0, c1), shares);
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
    spec.responseC0(images).send(channel, c0);
    spec.responseC1().send(channel, c1);
    channel.flush();
  }

  static MaskedResponse receive(LinearSpec spec, int images, Channel channel, Scope scope) {
    long outputs = spec.output().elements();
    NativeBuffer c0 = scope.allocate(outputs * images * Long.BYTES);
    NativeBuffer c1 = scope.allocate(outputs * spec.ring().degree() * Long.BYTES);
    spec.responseC0(images).receive(channel, c0);
    spec.responseC1().receive(channel, c1);
    return new MaskedResponse(spec, images, c0, c1);
  }

  /** The client's shares of y: the decryption, rounded to the shares' width; once. */
  NarrowShares clientShares(SecretKey key, Scope scope) {
    NarrowShares shares = NarrowShares.allocate(spec.output(), images, scope);
    key.multiplyShort(c1, spec.responseBits(), spec.output().elements(), c1);
    try (Scope step = new Scope()) {
      FixedPointKernel.finishShare(
          c0,
          used(c1, spec.ring().degree(), images, step),
          spec.responseBits(),
          spec.output().bits(),
          shares.values());
    }
    return shares;
  }
}
