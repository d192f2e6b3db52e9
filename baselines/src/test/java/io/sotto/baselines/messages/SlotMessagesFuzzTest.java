package io.sotto.baselines.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.baselines.slots.SlotContext;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotRows;
import io.sotto.baselines.slots.SlotWorkers;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerViolationException;
import io.sotto.converter.step.MessageKinds;
import io.sotto.natives.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * Whatever a peer sends as an upload or as results is read, or is a violation, and leaves nothing
 * behind. Runs the inputs kept; searches for others with JAZZER_FUZZ=1. Slow because Jazzer
 * instruments everything first.
 */
@Tag("slow")
class SlotMessagesFuzzTest {
  private static final SlotParameters PARAMETERS = SlotParameters.insecureForTests(10, 1, 20, 21);
  private static final int ELEMENTS = 2;
  private static SlotContext context;

  @BeforeAll
  static void open() {
    context = SlotContext.create(PARAMETERS);
  }

  @AfterAll
  static void close() {
    context.close();
  }

  /** The first 32 bytes are the seed's message, the others the first parts'. */
  @FuzzTest
  void upload(byte[] wire) {
    SlotMessages messages = new SlotMessages(PARAMETERS, PARAMETERS.topLevel(), ELEMENTS);
    check(
        peer -> {
          int seed = Math.min(wire.length, SlotRows.SEED_BYTES);
          peer.send(MessageKinds.UPLOAD_SEED, ByteBuffer.wrap(Arrays.copyOf(wire, seed)));
          peer.send(MessageKinds.UPLOAD, ByteBuffer.wrap(wire, seed, wire.length - seed));
        },
        channel -> {
          try (SlotWorkers workers = new SlotWorkers(1)) {
            return messages.receiveUpload(context, 1, channel, workers);
          }
        });
  }

  @FuzzTest
  void results(byte[] wire) {
    SlotMessages messages = new SlotMessages(PARAMETERS, 0, ELEMENTS);
    check(
        peer -> peer.send(SlotMessageKinds.SLOT_RESULTS, ByteBuffer.wrap(wire)),
        channel -> messages.receiveResults(context, 1, channel));
  }

  private interface Peer {
    void send(InMemoryChannel channel);
  }

  private static void check(Peer peer, Function<InMemoryChannel, SlotRows> receiver) {
    long buffers = NativeMemory.liveBuffers();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair()) {
      peer.send(pair.first());
      try (SlotRows rows = receiver.apply(pair.second())) {
        assertThat(rows.elements()).isEqualTo(ELEMENTS);
      } catch (PeerViolationException refused) {
        assertThat(refused).message().isNotBlank();
      }
    }
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }
}
