package io.sotto.gc.lookup;

import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.natives.PackKernel;
import java.util.List;

/**
 * What the two sides of {@link LookupForm lookups} do when, for many instances: the windows and
 * products, and how the instances are cut up. A chunk takes a move of the evaluator and one of the
 * garbler in turn, and the chunks follow one another: in turn k both sides make their move number j
 * of chunk k - j * lag, the oldest chunk first.
 */
final class LookupSchedule extends ChunkedInstances {
  /** Transfers that a chunk comes near to. AGREEMENT. */
  private static final int CHUNK_TRANSFERS = 1 << 16;

  /**
   * Turns from a move of a chunk to its next by the same side. AGREEMENT. What a side sends in so
   * many turns may wait to be received: see {@link LookupSide}.
   */
  private static final int MAX_LAG = 3;

  private final ShareFunction function;
  private final List<LookupWindow> windows;
  private final LookupDirection evaluators;
  private final LookupDirection garblers;

  /** The window after the dropped bits, into which their carry goes; or -1. */
  private final int carryInto;

  LookupSchedule(ShareFunction function, int instances) {
    this(function, LookupWindows.of(function.chainBits(), function.dropped()), instances);
  }

  private LookupSchedule(ShareFunction function, List<LookupWindow> windows, int instances) {
    this(
        function,
        windows,
        LookupDirection.of(Role.EVALUATOR, function, windows, carryInto(function, windows)),
        LookupDirection.of(Role.GARBLER, function, windows, carryInto(function, windows)),
        instances);
  }

  private LookupSchedule(
      ShareFunction function,
      List<LookupWindow> windows,
      LookupDirection evaluators,
      LookupDirection garblers,
      int instances) {
    super(instances, chunk(evaluators.transfersOfInstance() + garblers.transfersOfInstance()));
    this.function = function;
    this.windows = windows;
    this.evaluators = evaluators;
    this.garblers = garblers;
    this.carryInto = carryInto(function, windows);
  }

  private static int carryInto(ShareFunction function, List<LookupWindow> windows) {
    for (int i = 1; function.carriesWithin() && i < windows.size(); i++) {
      if (windows.get(i).firstBit() == function.dropped()) {
        return i;
      }
    }
    return -1;
  }

  private static int chunk(int transfersOfInstance) {
    return CHUNK_TRANSFERS / transfersOfInstance / HashBlocks.LARGEST * HashBlocks.LARGEST;
  }

  ShareFunction function() {
    return function;
  }

  int lookups() {
    return windows.size();
  }

  LookupWindow window(int lookup) {
    return windows.get(lookup);
  }

  /** What a side's offset is for. */
  LookupDirection of(Role sender) {
    return sender.pick(evaluators, garblers);
  }

  /** The owner of the last window, whose bit of the last carry is known in advance. */
  Role last() {
    return LookupWindows.owner(windows.size() - 1);
  }

  int carryInto() {
    return carryInto;
  }

  /** Messages of a chunk: windows, and what follows the last carry. */
  int moves() {
    return windows.size() + (function.isRelu() ? 2 : 1);
  }

  /** Who sends a move. */
  Role mover(int move) {
    return LookupWindows.owner(move);
  }

  /** Whether a move brings the correction of s t: the garbler's first. */
  boolean bringsSigns(int move) {
    return move == 1 && function.multipliesSigns();
  }

  /** Whether a move brings the other side's bits of the sign: the first after the lookups. */
  boolean bringsSignBits(int move) {
    return move == lookups() && function.isRelu();
  }

  long tableBytes(int move, int size) {
    return move < lookups() ? PackKernel.packedBytes(size, window(move).entries()) : 0;
  }

  /** Bytes of a move: a table, bits of the sign, and corrections. */
  int moveBytes(int move, int size) {
    long bytes = tableBytes(move, size);
    if (move == carryInto) {
      bytes += PackKernel.packedBytes(size, function.wideBits());
    }
    if (bringsSigns(move)) {
      bytes += PackKernel.packedBytes(size, function.extraBits());
    }
    if (move >= lookups()) {
      bytes += bringsSignBits(move) ? BitRows.bytes(size) : 0;
      bytes += PackKernel.packedBytes(size, function.lastProductBits());
    }
    return Math.toIntExact(bytes);
  }

  /** Bytes of the longest of all messages. */
  int largestMessage() {
    int bytes = 1;
    for (int move = 0; move < moves(); move++) {
      bytes = Math.max(bytes, moveBytes(move, largest()));
    }
    return bytes;
  }

  /** Turns from a side's move of a chunk to its next, and requests under way. */
  int lag() {
    return Math.min(MAX_LAG, count());
  }

  /** Times that a side deals with a chunk: it takes the other side's move and makes its own. */
  int steps(Role side) {
    return side == Role.EVALUATOR ? moves() / 2 + 1 : (moves() + 1) / 2;
  }

  int turns(Role side) {
    return count() == 0 ? 0 : count() + (steps(side) - 1) * lag();
  }

  /** The chunk that a side comes to with so many steps done in a turn, or -1. */
  int chunkAt(int turn, int step) {
    int chunk = turn - step * lag();
    return chunk >= 0 && chunk < count() ? chunk : -1;
  }

  /** Chunks that have begun and not ended, and those that are requested. */
  int alive() {
    return Math.min(Math.max(1, count()), (moves() / 2 + 1) * lag());
  }

  /** Turns in which the evaluator receives something after it has sent, which it does at first. */
  int rounds() {
    int rounds = 0;
    boolean sent = true;
    for (int turn = 0; turn < turns(Role.EVALUATOR); turn++) {
      boolean receives = turn < count();
      boolean sends = turn + 1 < count();
      for (int step = 0; step < steps(Role.EVALUATOR); step++) {
        if (chunkAt(turn, step) >= 0) {
          receives |= step > 0 && 2 * step - 1 < moves();
          sends |= 2 * step < moves();
        }
      }
      rounds += receives && sent ? 1 : 0;
      sent = sends || (sent && !receives);
    }
    return rounds;
  }
}
