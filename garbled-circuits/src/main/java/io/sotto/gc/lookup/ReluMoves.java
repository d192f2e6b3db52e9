package io.sotto.gc.lookup;

import io.sotto.channel.PeerViolationException;
import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.correlation.ProductCorrections;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * What a relu has in its moves beside carries: the product of the two signs, and of the result's
 * sign with either side's part of y. Whose request went before its bit of the sign was known has
 * chosen by a random bit that stands in for it; the sum of the two goes to the other side, which
 * adds it to its own bit of the sign.
 *
 * <p><b>Security, threading, failure.</b> As {@link LookupSide}.
 */
final class ReluMoves {
  private final LookupKernel kernel;
  private final Role role;
  private final LookupSchedule schedule;
  private final ShareFunction function;
  private final ProductCorrections products;
  private final NativeBuffer shares;
  private final NativeBuffer results;
  private final NativeBuffer numbers;
  private final NativeBuffer product;
  private final NativeBuffer row;
  private final NativeBuffer noBits;

  ReluMoves(
      Correlations own,
      LookupSchedule schedule,
      ProductCorrections products,
      NativeBuffer shares,
      NativeBuffer results,
      Scope scope) {
    this.kernel = own.kernel().lookups();
    this.role = own.role();
    this.schedule = schedule;
    this.function = schedule.function();
    this.products = products;
    this.shares = shares;
    this.results = results;
    int largest = schedule.largest();
    numbers = scope.allocateLongs(largest);
    product = scope.allocateLongs(largest);
    row = scope.allocate(BitRows.stride(largest));
    noBits = scope.allocate(BitRows.stride(largest));
  }

  /** The product of the signs, whose number is this side's. */
  void giveSigns(LookupChunk chunk, PackedMessage message) {
    kernel.signs(function.shareBits(), chunk.size(), chunk.part(shares), numbers);
    products.give(
        chunk.products(role, LookupProduct.SIGNS, function.extraBits()),
        chunk.labels(role, LookupProduct.SIGNS),
        noBits,
        numbers,
        chunk.parts().wraps(),
        message);
  }

  /** The same at the other side. */
  void takeSigns(LookupChunk chunk, PackedMessage message) {
    kernel.bits(function.shareBits() - 1, chunk.size(), 0, chunk.part(shares), row);
    products.take(
        chunk.products(role.other(), LookupProduct.SIGNS, function.extraBits()),
        chunk.labels(role.other(), LookupProduct.SIGNS),
        row,
        chunk.parts().wraps(),
        message);
  }

  /** A move after the lookups: of the first side, which sends bits of the sign, or the second. */
  void give(int move, LookupChunk chunk, PackedMessage message) {
    NativeBuffer result = chunk.part(results);
    if (schedule.bringsSignBits(move)) {
      NativeBuffer bits = message.next(BitRows.bytes(chunk.size()));
      BitRows.sum(chunk.sign(), chunk.standIn(), chunk.size(), bits);
      givePart(chunk, result, message);
    } else {
      givePart(chunk, product, message);
      chunk.parts().addResults(chunk.size(), product, result);
    }
  }

  /** The product of the sign with this side's part of y. */
  private void givePart(LookupChunk chunk, NativeBuffer target, PackedMessage message) {
    chunk.parts().write(chunk.size(), chunk.part(shares), numbers);
    products.give(
        chunk.products(role, LookupProduct.PART, function.wideBits()),
        chunk.labels(role, LookupProduct.PART),
        chunk.sign(),
        numbers,
        target,
        message);
  }

  /** Takes such a move of the other side. */
  void take(int move, LookupChunk chunk, PackedMessage message) {
    NativeBuffer chosen = chunk.standIn();
    if (schedule.bringsSignBits(move)) {
      row.bytes().put(chunk.sign().bytes());
      chosen = row;
      takeSignBits(chunk, message.next(BitRows.bytes(chunk.size())));
      chunk.part(results).wipe();
    }
    products.take(
        chunk.products(role.other(), LookupProduct.PART, function.wideBits()),
        chunk.labels(role.other(), LookupProduct.PART),
        chosen,
        chunk.part(results),
        message);
  }

  private void takeSignBits(LookupChunk chunk, NativeBuffer bits) {
    if (!BitRows.isProper(bits, chunk.size())) {
      throw new PeerViolationException("bits beyond the last sign of a chunk are set");
    }
    BitRows.sum(chunk.sign(), bits, chunk.size(), chunk.sign());
  }
}
