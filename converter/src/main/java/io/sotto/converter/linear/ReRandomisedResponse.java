package io.sotto.converter.linear;

import io.sotto.channel.Channel;
import io.sotto.ckks.Accumulated;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomised;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.SecretKey;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The server's answer in a linear step, a block of it: the second parts of re-randomised
 * ciphertexts of the results, rounded to k bits. First parts are the server's: rounded to half
 * cells they are its shares, as what the client makes of the second parts are its own.
 *
 * <p><b>Security.</b> For the client, who holds the secret key, the response is computationally
 * uniform, whatever the weights are (docs/proofs.md, section 5): c1 is a combination, with the
 * weights, of polynomials that the client knows, plus a*u + e'' with u and e'' fresh, and (a, a*u +
 * e'') is one ring-LWE sample. Without it the weights would follow by linear algebra. Only a {@link
 * ReRandomised} can become a response.
 *
 * <ul>
 *   <li>The client's share is a function of the response and its key, so it says no more.
 *   <li>The server's share depends on u and on noise. It is never sent: later steps give nothing
 *       but functions of the value itself, which is exact, so free of u and noise.
 * </ul>
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> None of its own.
 */
final class ReRandomisedResponse {
  private final ResponseBlock block;
  private final NativeBuffer c1;

  private ReRandomisedResponse(ResponseBlock block, NativeBuffer c1) {
    this.block = block;
    this.c1 = c1;
  }

  /**
   * Makes a response, and the server's shares of the block.
   *
   * @param result of the linear map, with biases, which is used up
   * @param shares of all outputs
   * @param scope owns the response
   */
  static ReRandomisedResponse make(
      ResponseBlock block,
      Accumulated result,
      PublicKey key,
      SecureRandom random,
      HalfCellShares shares,
      Scope scope) {
    ReRandomised fresh = scope.own(new ReRandomiser(key).apply(result, random));
    long q = key.ring().modulus();
    int shareBits = shares.format().shareBits();
    block.convert(
        fresh.c0().buffer(), shares, (c0, own) -> FixedPointKernel.fromRing(c0, q, shareBits, own));
    NativeBuffer c1 = fresh.c1().buffer();
    FixedPointKernel.fromRing(c1, q, block.bits(), c1);
    return new ReRandomisedResponse(block, c1);
  }

  void send(Channel channel) {
    block.messages().send(channel, c1);
    channel.flush();
  }

  /** Receives a response block by block; gives the client's shares. */
  static HalfCellShares receive(
      LinearSpec spec, int images, Channel channel, SecretKey key, Scope scope) {
    HalfCellShares shares = spec.output().allocate(images, scope);
    for (ResponseBlock block : spec.response(images)) {
      try (Scope part = new Scope()) {
        receive(block, channel, part).clientShares(key, shares);
      }
    }
    return shares;
  }

  private static ReRandomisedResponse receive(ResponseBlock block, Channel channel, Scope scope) {
    NativeBuffer c1 =
        scope.allocate((long) block.polynomials() * block.ring().degree() * Long.BYTES);
    block.messages().receive(channel, c1);
    return new ReRandomisedResponse(block, c1);
  }

  /** The client's shares of the block, the products with its key rounded down; once. */
  private void clientShares(SecretKey key, HalfCellShares shares) {
    int shareBits = shares.format().shareBits();
    key.multiplyShort(c1, block.bits(), block.polynomials(), c1);
    block.convert(
        c1,
        shares,
        (product, own) -> FixedPointKernel.dropBits(product, block.bits(), shareBits, own));
  }
}
