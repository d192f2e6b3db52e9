package io.sotto.gc.lookup;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.ot.OtTrees;

/**
 * A {@link ShareFunction} with its carries by lookups. {@link LookupSide} is either side.
 *
 * <p>Carries are found window by window of a few bits, from the lowest, as exclusive or of two bits
 * of which each side has one. For a window its owner writes down a table, an entry for each value
 * that the other side's bits of the window and its bit of the carry may have: the carry out of the
 * window, plus a fresh bit, which is what the owner keeps. The other side gets the entry that its
 * bits name. It is an oblivious transfer of one of many (Naor and Pinkas, Oblivious transfer and
 * polynomial evaluation, 1999): the bits of the entry's number are choices of correlated transfers,
 * and the pad of entry e is the sum over them of bit e of a hash of the label for e's bit. Of each
 * entry but the one that was chosen at least one label is unknown.
 *
 * <p>Windows have the two sides as owners in turn. So whoever chooses in a window has as its bit of
 * the carry the fresh bit that it drew for the window before: all its choices are known before the
 * first table, and its transfers are asked for in advance.
 *
 * <p>All else are {@link io.sotto.gc.internal.ProductKernel products} of a bit with a number, each
 * of which is the one side's message: the carry out of the dropped bits times 1, to be added; s t;
 * and the sign with either side's part of y.
 */
public record LookupForm(ShareFunction function) {
  /** Of a chunk: the table of a window, corrections, and bits of the sign. */
  static final MessageKind LOOKUPS = new MessageKind(24, "lookups");

  /** What the evaluator sends, receives and waits for, exactly. */
  public Traffic evaluatorTraffic(int instances, OtTrees trees) {
    LookupSchedule schedule = new LookupSchedule(function, instances);
    long header = Channel.HEADER_BYTES;
    long sent = 0;
    long received = 0;
    for (int chunk = 0; chunk < schedule.count(); chunk++) {
      int size = schedule.size(chunk);
      sent += request(schedule, Role.GARBLER, size, trees);
      received += request(schedule, Role.EVALUATOR, size, trees);
      for (int move = 0; move < schedule.moves(); move++) {
        long bytes = header + schedule.moveBytes(move, size);
        sent += schedule.mover(move) == Role.EVALUATOR ? bytes : 0;
        received += schedule.mover(move) == Role.GARBLER ? bytes : 0;
      }
    }
    return new Traffic(sent, received, schedule.rounds());
  }

  /** The message that asks a side for its transfers. */
  private static long request(LookupSchedule schedule, Role sender, int size, OtTrees trees) {
    return (long) Channel.HEADER_BYTES + trees.requestBytes(schedule.of(sender).transfers(size));
  }
}
