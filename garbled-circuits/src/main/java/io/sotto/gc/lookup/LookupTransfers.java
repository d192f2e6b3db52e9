package io.sotto.gc.lookup;

import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.LookupPads;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The transfers of one side of {@link LookupForm}: those that it asks for, with choices that are
 * all known before the first table, and those that it runs for the other side.
 *
 * <p><b>Security, threading, failure.</b> As {@link LookupSide}.
 */
final class LookupTransfers {
  private final Correlations own;
  private final Role role;
  private final LookupKernel kernel;
  private final LookupSchedule schedule;
  private final ShareFunction function;
  private final LookupInputs inputs;
  private final NativeBuffer choices;
  private final NativeBuffer labels;

  LookupTransfers(Correlations own, LookupSchedule schedule, LookupInputs inputs, Scope scope) {
    this.own = own;
    this.role = own.role();
    this.kernel = own.kernel().lookups();
    this.schedule = schedule;
    this.function = schedule.function();
    this.inputs = inputs;
    int largest = schedule.largest();
    int asked = schedule.of(role.other()).transfers(largest);
    choices = scope.allocate(Math.max(1, CorrelatedOts.choiceBytes(asked)));
    int transfers = Math.max(asked, schedule.of(role).transfers(largest));
    labels = scope.allocate(Math.max(1, CorrelatedOts.labelBytes(transfers)));
  }

  /** Asks for the transfers of the windows that the other side owns, and of its numbers. */
  void request(LookupChunk chunk) {
    if (function.isRelu()) {
      beginSign(chunk);
    }
    int transfers = schedule.of(role.other()).transfers(chunk.size());
    writeChoices(chunk, CorrelatedOts.choiceBytes(transfers));
    own.receiver().extend(transfers, choices, labels);
    keepPads(chunk, role.other());
  }

  /** Runs the transfers that the other side asks for. */
  void extend(LookupChunk chunk) {
    own.sender().extend(schedule.of(role).transfers(chunk.size()), labels);
    keepPads(chunk, role);
  }

  /** This side's bit of the sign: of its share, and of the last carry if that is known already. */
  private void beginSign(LookupChunk chunk) {
    int top = function.shareBits() - 1;
    long addend = role == Role.GARBLER ? 1L << top : 0;
    kernel.bits(top, chunk.size(), addend, chunk.part(inputs.shares()), chunk.sign());
    if (role == schedule.last()) {
      BitRows.sum(chunk.sign(), chunk.lastCarry(), chunk.size(), chunk.sign());
    }
  }

  /** What one side's labels are for; as sender this side has pads of all entries. */
  private void keepPads(LookupChunk chunk, Role sender) {
    LookupPads.Transfers transfers =
        new LookupPads.Transfers(
            schedule.of(sender).wires(),
            chunk.size(),
            HashBlocks.LARGEST,
            own.sessionKey(),
            chunk.firstId(sender),
            labels);
    for (int lookup = 0; lookup < schedule.lookups(); lookup++) {
      if (LookupWindows.owner(lookup) != sender) {
        continue;
      }
      if (sender == role) {
        kernel.pads(transfers, schedule.window(lookup), own.offset(), chunk.pads(lookup));
      } else {
        kernel.chosenPads(transfers, schedule.window(lookup), chunk.pads(lookup));
      }
      if (lookup == schedule.carryInto()) {
        keepCarryLabels(chunk, sender, lookup);
      }
    }
    chunk.keepLabels(sender, labels);
  }

  /** Those of the choice that is a window's bit of the carry, from each block. */
  private void keepCarryLabels(LookupChunk chunk, Role sender, int lookup) {
    ByteBuffer target = chunk.carryLabels().bytes();
    ByteBuffer source = labels.bytes();
    int wire = schedule.window(lookup).firstWire() + schedule.window(lookup).bits();
    int at = 0;
    for (int start = 0; start < chunk.size(); start += HashBlocks.LARGEST) {
      int n = HashBlocks.size(chunk.size(), start);
      int bytes = LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
      target.put(source.slice(at + wire * bytes, bytes));
      at += schedule.of(sender).wires() * bytes;
    }
  }

  /** Block by block the choices of the lookups, then of the products. */
  private void writeChoices(LookupChunk chunk, int bytes) {
    ByteBuffer target = choices.bytes();
    for (int start = 0; start < chunk.size(); start += HashBlocks.LARGEST) {
      writeBlock(chunk, start, target);
    }
    int rowBytes = BitRows.bytes(chunk.size());
    for (LookupProduct product : schedule.of(role.other()).products()) {
      target.put(choice(chunk, product, rowBytes));
    }
    while (target.position() < bytes) {
      target.put((byte) 0);
    }
  }

  private void writeBlock(LookupChunk chunk, int start, ByteBuffer target) {
    int bytes = LabelKernel.lanes(HashBlocks.size(chunk.size(), start)) / 8;
    int first = schedule.first(chunk.number()) + start;
    for (int lookup = 0; lookup < schedule.lookups(); lookup++) {
      if (LookupWindows.owner(lookup) != role) {
        LookupWindow window = schedule.window(lookup);
        for (int bit = 0; bit < window.bits(); bit++) {
          target.put(inputs.bits(window.firstBit() + bit, first, bytes));
        }
        if (window.carries()) {
          target.put(chunk.carryInto(lookup).bytes().slice(start / 8, bytes));
        }
      }
    }
  }

  private ByteBuffer choice(LookupChunk chunk, LookupProduct product, int rowBytes) {
    return switch (product) {
      case SIGNS -> inputs.bits(function.shareBits() - 1, schedule.first(chunk.number()), rowBytes);
      case PART ->
          (role == schedule.last() ? chunk.sign() : chunk.standIn()).bytes().slice(0, rowBytes);
      case CARRY -> chunk.lastCarry().bytes().slice(0, rowBytes);
    };
  }
}
