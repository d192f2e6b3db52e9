package io.sotto.gc.lookup;

import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.correlation.ProductCorrections;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.CarryFactors;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * The messages of {@link LookupForm} that follow the requests: one side makes a move, the other
 * takes it. A move is a window's table, with what else can be told then; after the last window
 * those that end a chunk.
 *
 * <p><b>Security, threading, failure.</b> As {@link LookupSide}.
 */
final class LookupMoves {
  private final Correlations own;
  private final Role role;
  private final LookupKernel kernel;
  private final LookupSchedule schedule;
  private final ShareFunction function;
  private final LookupInputs inputs;
  private final NativeBuffer results;
  private final ProductCorrections products;
  private final ReluMoves relu;
  private final PackedMessage message;
  private final NativeBuffer tables;
  private final NativeBuffer one;
  private final NativeBuffer lastFactor;

  LookupMoves(
      Correlations own,
      LookupSchedule schedule,
      LookupInputs inputs,
      NativeBuffer results,
      Scope scope) {
    this.own = own;
    this.role = own.role();
    this.kernel = own.kernel().lookups();
    this.schedule = schedule;
    this.function = schedule.function();
    this.inputs = inputs;
    this.results = results;
    int largest = schedule.largest();
    products = new ProductCorrections(own, largest, scope);
    relu = new ReluMoves(own, schedule, products, inputs.shares(), results, scope);
    message = new PackedMessage(LookupForm.LOOKUPS, schedule.largestMessage(), scope);
    tables = scope.allocateLongs(largest);
    one = CarryFactors.one(largest, scope);
    lastFactor = CarryFactors.last(function, largest, scope);
  }

  /** Makes a move of a chunk and sends it. */
  void make(int move, LookupChunk chunk) {
    message.begin();
    if (schedule.bringsSigns(move)) {
      relu.giveSigns(chunk, message);
    }
    if (move < schedule.lookups()) {
      giveTables(move, chunk);
      if (move == schedule.carryInto()) {
        giveCarryWithin(move, chunk);
      }
    } else if (function.isRelu()) {
      relu.give(move, chunk, message);
    } else {
      giveLastCarry(chunk);
    }
    message.send(own.channel());
  }

  /** Receives the other side's move of a chunk and takes it. */
  void take(int move, LookupChunk chunk) {
    message.receive(own.channel(), schedule.moveBytes(move, chunk.size()));
    if (schedule.bringsSigns(move)) {
      relu.takeSigns(chunk, message);
    }
    if (move < schedule.lookups()) {
      takeEntries(move, chunk);
      if (move == schedule.carryInto()) {
        takeCarryWithin(move, chunk);
      }
    } else if (function.isRelu()) {
      relu.take(move, chunk, message);
    } else {
      takeLastCarry(chunk);
    }
  }

  private void giveTables(int lookup, LookupChunk chunk) {
    LookupWindow window = schedule.window(lookup);
    kernel.tables(
        window,
        chunk.size(),
        chunk.part(inputs.chain()),
        chunk.carryInto(lookup),
        chunk.carry(lookup),
        chunk.pads(lookup),
        tables);
    message.pack(tables, chunk.size(), window.entries());
  }

  private void takeEntries(int lookup, LookupChunk chunk) {
    LookupWindow window = schedule.window(lookup);
    message.unpack(chunk.size(), window.entries(), tables);
    kernel.entries(
        window,
        chunk.size(),
        chunk.part(inputs.chain()),
        chunk.carryInto(lookup),
        chunk.pads(lookup),
        tables,
        chunk.carry(lookup));
    if (function.isRelu() && lookup == schedule.lookups() - 1) {
      BitRows.sum(chunk.sign(), chunk.lastCarry(), chunk.size(), chunk.sign());
    }
  }

  /** The carry out of the dropped bits as shares, by the labels that choose in this window. */
  private void giveCarryWithin(int lookup, LookupChunk chunk) {
    products.give(
        chunk.carryProducts(role, function.wideBits()),
        chunk.carryLabels(),
        chunk.carryInto(lookup),
        one,
        chunk.parts().carries(),
        message);
  }

  private void takeCarryWithin(int lookup, LookupChunk chunk) {
    products.take(
        chunk.carryProducts(role.other(), function.wideBits()),
        chunk.carryLabels(),
        chunk.carryInto(lookup),
        chunk.parts().carries(),
        message);
  }

  /** The last carry of a value as shares. */
  private void giveLastCarry(LookupChunk chunk) {
    products.give(
        chunk.products(role, LookupProduct.CARRY, function.lastProductBits()),
        chunk.labels(role, LookupProduct.CARRY),
        chunk.lastCarry(),
        lastFactor,
        chunk.parts().lastCarries(),
        message);
    finishValue(chunk);
  }

  private void takeLastCarry(LookupChunk chunk) {
    products.take(
        chunk.products(role.other(), LookupProduct.CARRY, function.lastProductBits()),
        chunk.labels(role.other(), LookupProduct.CARRY),
        chunk.lastCarry(),
        chunk.parts().lastCarries(),
        message);
    finishValue(chunk);
  }

  private void finishValue(LookupChunk chunk) {
    chunk.parts().write(chunk.size(), chunk.part(inputs.shares()), chunk.part(results));
  }
}
