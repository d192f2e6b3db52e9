package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;

/** How runs of lookups are cut up, for all widths: without a protocol that runs. */
class LookupRunTest {
  /** The most bytes that a transfer takes in a request. */
  private static final OtTrees LONGEST_REQUESTS = new OtTrees(2);

  @Test
  void windowsCoverTheBitsBelowTheTopOne() {
    forAllWidths(
        (relu, ignored) -> {
          int bit = relu.dropped();
          int wire = 0;
          for (LookupWindow window : new LookupRelu(relu).windows()) {
            assertThat(window.firstBit()).isEqualTo(bit);
            assertThat(window.firstWire()).isEqualTo(wire);
            assertThat(window.carries()).isEqualTo(bit > relu.dropped());
            assertThat(window.choices()).isBetween(1, 5);
            bit += window.bits();
            wire += window.choices();
          }
          assertThat(bit).isEqualTo(relu.bits() - 1);
          assertThat(new LookupRelu(relu).run(1).wires()).isEqualTo(wire);
        });
  }

  /** Whole blocks, no id given twice, no label outside of the transfers. */
  @Test
  void idsAndLabelsOfAChunkLieOneAfterTheOther() {
    forAllWidths(
        (relu, instances) -> {
          LookupRelu.Run run = new LookupRelu(relu).run((int) instances);
          int next = 0;
          for (int chunk = 0; chunk < run.count(); chunk++) {
            int size = run.size(chunk);
            assertThat(run.first(chunk)).isEqualTo(next).isEqualTo(next / 256 * 256);
            assertThat(size).isBetween(1, run.largest());
            next += size;
            long lanes = (size + 7L) / 8 * 8;
            int products = relu.wideBits() > relu.bits() ? 2 : 1;
            long blocks = (size + 255L) / 256;
            assertThat(run.productIds(size)).isEqualTo(blocks * run.wires());
            assertThat(run.signIds(size)).isEqualTo(blocks * (run.wires() + products - 1));
            assertThat(run.hashIds(size)).isEqualTo(blocks * (run.wires() + products));
            assertThat(run.productLabelsAt(size)).isEqualTo(16L * lanes * run.wires());
            assertThat(run.signLabelsAt(size)).isEqualTo(16L * lanes * (products - 1));
            assertThat(run.productLabelsAt(size) + run.productLabelBytes(size))
                .isEqualTo(16L * run.transfers(size));
            assertThat(run.transfers(size)).isLessThanOrEqualTo(1 << 16);
          }
          assertThat(next).isEqualTo((int) instances);
        });
  }

  /** A message, or what of it matters here. */
  private record Message(String what, int chunk, int step, long bytes) {}

  /** What a side does: sends a message or receives it. */
  private record Event(boolean sends, Message message) {}

  /**
   * Each side receives what the other one sends, in that order; and of what the evaluator has sent,
   * a channel holds without blocking what the garbler may not have received. So the evaluator never
   * waits in send, and there is no deadlock.
   */
  @Test
  void theEvaluatorNeverWaitsInSend() {
    forAllWidths(
        (relu, instances) -> {
          LookupRelu.Run run = new LookupRelu(relu).run((int) instances);
          List<Event> garbler = garbler(run);
          List<Event> evaluator = evaluator(run);
          assertThat(messages(garbler, true)).isEqualTo(messages(evaluator, false));
          assertThat(messages(garbler, false)).isEqualTo(messages(evaluator, true));

          Deque<Event> ofGarbler = new ArrayDeque<>(garbler);
          long waiting = 0;
          for (Event event : evaluator) {
            if (event.sends()) {
              waiting += event.message().bytes();
              assertThat(waiting).as("%s", run).isLessThanOrEqualTo(Channel.BUFFERED_BYTES);
            } else {
              // Before the garbler sent this, it had received what comes before.
              for (Event before = ofGarbler.remove();
                  !before.message().equals(event.message());
                  before = ofGarbler.remove()) {
                waiting -= before.sends() ? 0 : before.message().bytes();
              }
            }
          }
        });
  }

  /** A chunk's memory is free when the next one that takes it is requested. */
  @Test
  void noTwoChunksUnderWayShareMemory() {
    forAllWidths(
        (relu, instances) -> {
          LookupRelu.Run run = new LookupRelu(relu).run((int) instances);
          int[] owners = new int[Math.max(1, run.alive())];
          for (Event event : evaluator(run)) {
            Message message = event.message();
            if (message.what().equals("request")) {
              owners[message.chunk() % owners.length] = message.chunk();
            }
            assertThat(owners[message.chunk() % owners.length]).isEqualTo(message.chunk());
          }
        });
  }

  private static List<Message> messages(List<Event> events, boolean sent) {
    return events.stream().filter(e -> e.sends() == sent).map(Event::message).toList();
  }

  private static Message request(LookupRelu.Run run, int chunk) {
    int transfers = run.transfers(run.size(chunk));
    return new Message(
        "request", chunk, 0, Channel.HEADER_BYTES + LONGEST_REQUESTS.requestBytes(transfers));
  }

  private static Message answer(LookupRelu.Run run, int chunk, int step) {
    int bytes = run.answerBytes(step, run.size(chunk));
    assertThat(bytes).isLessThanOrEqualTo(run.largestMessage());
    return new Message("answer", chunk, step, Channel.HEADER_BYTES + bytes);
  }

  private static Message lookups(LookupRelu.Run run, int chunk, int step) {
    int bytes = run.messageBytes(step, run.size(chunk));
    assertThat(bytes).isLessThanOrEqualTo(run.largestMessage());
    return new Message("lookups", chunk, step, Channel.HEADER_BYTES + bytes);
  }

  private static Message reverse(int chunk) {
    return new Message("reverse request", chunk, 0, 0);
  }

  /** As docs/protocol.md says. */
  private static List<Event> garbler(LookupRelu.Run run) {
    List<Event> events = new ArrayList<>();
    for (int turn = 0; turn < run.turns(); turn++) {
      for (int step = run.lookups(); step >= 0; step--) {
        int chunk = run.chunkAt(turn, step);
        if (chunk >= 0) {
          events.add(
              new Event(false, step == 0 ? request(run, chunk) : answer(run, chunk, step - 1)));
          events.add(new Event(true, lookups(run, chunk, step)));
          if (step == 0) {
            events.add(new Event(true, reverse(chunk)));
          }
        }
      }
    }
    return events;
  }

  private static List<Event> evaluator(LookupRelu.Run run) {
    List<Event> events = new ArrayList<>();
    int ahead = Math.min(3, run.count());
    for (int chunk = 0; chunk < ahead; chunk++) {
      events.add(new Event(true, request(run, chunk)));
    }
    for (int turn = 0; turn < run.turns(); turn++) {
      for (int step = run.lookups(); step >= 0; step--) {
        int chunk = run.chunkAt(turn, step);
        if (chunk >= 0) {
          events.add(new Event(false, lookups(run, chunk, step)));
          if (step == 0) {
            events.add(new Event(false, reverse(chunk)));
          }
        }
      }
      for (int step = run.lookups() - 1; step >= 0; step--) {
        int chunk = run.chunkAt(turn, step);
        if (chunk >= 0) {
          events.add(new Event(true, answer(run, chunk, step)));
        }
      }
      if (turn + ahead < run.count()) {
        events.add(new Event(true, request(run, turn + ahead)));
      }
    }
    return events;
  }

  /**
   * All narrow widths and bits left out, with narrow and wide results, and runs of some lengths.
   */
  private static void forAllWidths(ObjLongConsumer<ShareRelu> test) {
    for (int bits = 2; bits <= 62; bits++) {
      for (int dropped = 0; dropped <= bits - 2; dropped++) {
        for (int wide : new int[] {bits, Math.min(bits + 1, 62), 62}) {
          ShareRelu relu = new ShareRelu(bits, dropped, wide);
          int largest = new LookupRelu(relu).run(1 << 20).largest();
          // Each length with some of the widths.
          int[] lengths = {1, largest, largest + 1, 2 * largest, 3 * largest + 1, 9 * largest + 7};
          test.accept(relu, lengths[(bits + dropped + wide) % lengths.length]);
          test.accept(relu, 5L * largest);
        }
      }
    }
  }
}
