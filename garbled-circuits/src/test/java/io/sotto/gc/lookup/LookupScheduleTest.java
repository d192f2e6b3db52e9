package io.sotto.gc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Channel;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;

/** How runs of lookups are cut up, for all widths: without a protocol that runs. */
class LookupScheduleTest {
  /** The most bytes that a transfer takes in a request. */
  private static final OtTrees LONGEST_REQUESTS = new OtTrees(2);

  @Test
  void windowsCoverTheChainAndBreakWhereBitsAreDropped() {
    forAllWidths(
        (f, ignored) -> {
          int bit = 0;
          int[] wires = new int[2];
          boolean broken = !f.carriesWithin();
          List<LookupWindow> windows = LookupWindows.of(f.chainBits(), f.dropped());
          for (int i = 0; i < windows.size(); i++) {
            LookupWindow window = windows.get(i);
            assertThat(window.firstBit()).isEqualTo(bit);
            assertThat(window.firstWire()).isEqualTo(wires[i % 2]);
            assertThat(window.carries()).isEqualTo(bit > 0);
            assertThat(window.choices()).isBetween(1, 5);
            broken |= bit == f.dropped();
            bit += window.bits();
            wires[i % 2] += window.choices();
          }
          assertThat(bit).isEqualTo(f.chainBits());
          assertThat(broken).as("%s in %s", f, windows).isTrue();
          LookupSchedule run = new LookupSchedule(f, 1);
          assertThat(run.of(Role.EVALUATOR).wires()).isEqualTo(wires[0]);
          assertThat(run.of(Role.GARBLER).wires()).isEqualTo(wires[1]);
        });
  }

  /** What the documents say of them. */
  @Test
  void costsAreAsDocumented() {
    assertThat(transfers(ShareFunction.relu(9, 12, 20))).isEqualTo(27);
    assertThat(transfers(ShareFunction.relu(8, 13, 20))).isEqualTo(27);
    assertThat(transfers(ShareFunction.relu(11, 16, 26))).isEqualTo(35);
    assertThat(transfers(ShareFunction.value(9, 13, 13))).isEqualTo(11);
    long bytes =
        new LookupForm(ShareFunction.relu(9, 12, 20))
                .evaluatorTraffic(1 << 20, OtTrees.DEFAULT)
                .bytesSent()
            + new LookupForm(ShareFunction.relu(9, 12, 20))
                .evaluatorTraffic(1 << 20, OtTrees.DEFAULT)
                .bytesReceived();
    assertThat(bytes / (double) (1 << 20)).isBetween(134.0, 136.0);
    assertThat(
            new LookupForm(ShareFunction.relu(9, 12, 20))
                .evaluatorTraffic(100, OtTrees.DEFAULT)
                .rounds())
        .isEqualTo(4);
  }

  private static int transfers(ShareFunction f) {
    LookupSchedule run = new LookupSchedule(f, 8);
    return (run.of(Role.EVALUATOR).transfers(8) + run.of(Role.GARBLER).transfers(8)) / 8;
  }

  /** Whole blocks, no id given twice, no label outside of the transfers. */
  @Test
  void idsAndLabelsOfAChunkLieApart() {
    forAllWidths(
        (f, instances) -> {
          LookupSchedule run = new LookupSchedule(f, (int) instances);
          int next = 0;
          for (int chunk = 0; chunk < run.count(); chunk++) {
            int size = run.size(chunk);
            assertThat(run.first(chunk)).isEqualTo(next).isEqualTo(next / 256 * 256);
            assertThat(size).isBetween(1, run.largest());
            next += size;
            int transfers = 0;
            for (Role side : Role.values()) {
              checkDirection(run, side, size);
              transfers += run.of(side).transfers(size);
            }
            assertThat(transfers).isLessThanOrEqualTo(1 << 16);
          }
          assertThat(next).isEqualTo((int) instances);
        });
  }

  private static void checkDirection(LookupSchedule run, Role side, int size) {
    LookupDirection direction = run.of(side);
    long lanes = (size + 7L) / 8 * 8;
    long blocks = (size + 255L) / 256;
    Set<Long> ids = new HashSet<>();
    ids.add(blocks * direction.wires());
    long labels = 0;
    for (LookupProduct product : direction.products()) {
      assertThat(direction.labelsAt(product, size)).isEqualTo(labels);
      labels += 16 * lanes;
      ids.add(direction.idsOf(product, size) + blocks);
    }
    boolean carries = run.carryInto() >= 0 && LookupWindows.owner(run.carryInto()) == side;
    if (carries) {
      ids.add(direction.idsOfCarryWithin(size) + blocks);
    }
    assertThat(ids).hasSize(1 + direction.products().size() + (carries ? 1 : 0));
    assertThat(ids.stream().mapToLong(Long::longValue).max()).hasValue(direction.hashIds(size));
    assertThat(direction.productLabelBytes(size)).isEqualTo(labels);
    assertThat(direction.productLabelsAt(size) + labels).isEqualTo(16L * direction.transfers(size));
  }

  /** A message, or what of it matters here. */
  private record Message(String what, int chunk, int move, long bytes) {}

  /** What a side does: sends a message or receives it. */
  private record Event(boolean sends, Message message) {}

  /**
   * Each side receives what the other one sends, in that order, and ends; and of what either has
   * sent, a channel holds without blocking what the other may not have received. So neither side
   * ever waits in send, and there is no deadlock.
   */
  @Test
  void neitherSideEverWaitsInSend() {
    forAllWidths(
        (f, instances) -> {
          LookupSchedule run = new LookupSchedule(f, (int) instances);
          List<Event> garbler = garbler(run);
          List<Event> evaluator = evaluator(run);
          assertThat(messages(garbler, true)).isEqualTo(messages(evaluator, false));
          assertThat(messages(garbler, false)).isEqualTo(messages(evaluator, true));
          assertThat(mostWaiting(evaluator, garbler)).isLessThanOrEqualTo(Channel.BUFFERED_BYTES);
          assertThat(mostWaiting(garbler, evaluator)).isLessThanOrEqualTo(Channel.BUFFERED_BYTES);
          assertThat(run.rounds()).isEqualTo(rounds(evaluator));
        });
  }

  /**
   * The most bytes that the first side has sent and the second not received, whose every receive is
   * as late as it can be.
   */
  private static long mostWaiting(List<Event> side, List<Event> other) {
    long waiting = 0;
    long most = 0;
    int at = 0;
    for (Event event : side) {
      if (event.sends()) {
        waiting += event.message().bytes();
        most = Math.max(most, waiting);
      } else {
        // Before the other side sent this, it had received what comes before.
        for (Event before = other.get(at++);
            !(before.sends() && before.message().equals(event.message()));
            before = other.get(at++)) {
          waiting -= before.sends() ? 0 : before.message().bytes();
        }
      }
    }
    return most;
  }

  private static long rounds(List<Event> events) {
    long rounds = 0;
    for (int i = 1; i < events.size(); i++) {
      rounds += !events.get(i).sends() && events.get(i - 1).sends() ? 1 : 0;
    }
    return rounds;
  }

  /** A chunk's memory is free when the next one that takes it is requested. */
  @Test
  void noTwoChunksUnderWayShareMemory() {
    forAllWidths(
        (f, instances) -> {
          LookupSchedule run = new LookupSchedule(f, (int) instances);
          for (List<Event> events : List.of(garbler(run), evaluator(run))) {
            int[] owners = new int[Math.max(1, run.alive())];
            for (Event event : events) {
              Message message = event.message();
              if (message.what().equals("request") && event.sends()) {
                owners[message.chunk() % owners.length] = message.chunk();
              }
              assertThat(owners[message.chunk() % owners.length]).isEqualTo(message.chunk());
            }
          }
        });
  }

  private static List<Message> messages(List<Event> events, boolean sent) {
    return events.stream().filter(e -> e.sends() == sent).map(Event::message).toList();
  }

  private static void request(
      List<Event> events, LookupSchedule run, Role of, int chunk, boolean sends) {
    if (chunk >= 0 && chunk < run.count()) {
      int transfers = run.of(of.other()).transfers(run.size(chunk));
      long bytes = (long) Channel.HEADER_BYTES + LONGEST_REQUESTS.requestBytes(transfers);
      events.add(
          new Event(sends, new Message("request", chunk, of == Role.GARBLER ? 1 : 0, bytes)));
    }
  }

  private static void move(List<Event> events, LookupSchedule run, int turn, int step, int move) {
    int chunk = run.chunkAt(turn, step);
    if (chunk >= 0 && move < run.moves()) {
      int bytes = run.moveBytes(move, run.size(chunk));
      assertThat(bytes).isLessThanOrEqualTo(run.largestMessage());
      boolean sends = run.mover(move) == Role.EVALUATOR;
      events.add(
          new Event(sends, new Message("move", chunk, move, (long) Channel.HEADER_BYTES + bytes)));
    }
  }

  /** As docs/protocol.md says. */
  private static List<Event> garbler(LookupSchedule run) {
    List<Event> events = new ArrayList<>();
    int lag = Math.min(3, run.count());
    for (int chunk = 0; chunk < lag; chunk++) {
      request(events, run, Role.GARBLER, chunk, true);
    }
    for (int turn = 0; turn < run.turns(Role.GARBLER); turn++) {
      request(events, run, Role.EVALUATOR, turn, false);
      for (int move = 2 * run.moves(); move >= 0; move -= 2) {
        move(events, run, turn, move / 2, move);
      }
      for (int move = 2 * run.moves() + 1; move >= 0; move -= 2) {
        move(events, run, turn, move / 2, move);
      }
      request(events, run, Role.GARBLER, turn + lag, true);
    }
    return events.stream()
        .map(e -> e.message().what().equals("move") ? new Event(!e.sends(), e.message()) : e)
        .toList();
  }

  private static List<Event> evaluator(LookupSchedule run) {
    List<Event> events = new ArrayList<>();
    request(events, run, Role.EVALUATOR, 0, true);
    for (int turn = 0; turn < run.turns(Role.EVALUATOR); turn++) {
      for (int move = 2 * run.moves() + 1; move >= 0; move -= 2) {
        move(events, run, turn, move / 2 + 1, move);
      }
      request(events, run, Role.GARBLER, turn, false);
      for (int move = 2 * run.moves(); move >= 0; move -= 2) {
        move(events, run, turn, move / 2, move);
      }
      request(events, run, Role.EVALUATOR, turn + 1, true);
    }
    return events;
  }

  /** All widths, with narrow and wide results, and runs of some lengths. */
  private static void forAllWidths(ObjLongConsumer<ShareFunction> test) {
    for (int bits = 2; bits <= 62; bits++) {
      for (int dropped = 0; dropped <= 62 - bits; dropped++) {
        List<ShareFunction> functions = new ArrayList<>();
        for (int wide : new int[] {bits, Math.min(bits + 1, 62), 62}) {
          functions.add(ShareFunction.relu(dropped, bits, wide));
          if (dropped > 0 || wide > bits) {
            functions.add(ShareFunction.value(dropped, bits, wide));
          }
        }
        for (int i = 0; i < functions.size(); i++) {
          ShareFunction f = functions.get(i);
          int largest = new LookupSchedule(f, 1 << 20).largest();
          // Each length with some of the widths.
          int[] lengths = {1, largest, largest + 1, 2 * largest, 3 * largest + 1, 9 * largest + 7};
          test.accept(f, lengths[(bits + dropped + i) % lengths.length]);
        }
      }
    }
  }
}
