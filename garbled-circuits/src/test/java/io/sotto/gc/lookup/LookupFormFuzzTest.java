package io.sotto.gc.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Whatever bytes the peer's messages of lookups have, either side ends with results in range after
 * all messages, or refuses bits that belong to no instance. Searches with JAZZER_FUZZ=1; slow
 * because Jazzer instruments everything first.
 */
@Tag("slow")
class LookupFormFuzzTest {
  /** A session each, opened once: its base transfers take longer than all else. */
  private static final Sides SIDES = Sides.open();

  @FuzzTest
  void evaluator(byte[] wire) {
    Case given = Case.of(wire);
    LookupForm lookup = new LookupForm(given.function());
    Traffic expected = lookup.evaluatorTraffic(given.instances(), OtTrees.DEFAULT);
    SIDES.forEvaluator().feed(given.bytes());
    check(
        given,
        SIDES.forEvaluator(),
        expected,
        (shares, results) ->
            LookupSide.computeAlways(
                SIDES.evaluator(), lookup, given.instances(), shares, results));
  }

  @FuzzTest
  void garbler(byte[] wire) {
    Case given = Case.of(wire);
    LookupForm lookup = new LookupForm(given.function());
    Traffic expected = lookup.evaluatorTraffic(given.instances(), OtTrees.DEFAULT).mirrored();
    SIDES.forGarbler().feed(given.bytes());
    check(
        given,
        SIDES.forGarbler(),
        expected,
        (shares, results) ->
            LookupSide.computeAlways(SIDES.garbler(), lookup, given.instances(), shares, results));
  }

  /** A side's run, which knows nothing of the one before that may have failed. */
  private interface Run {
    void run(NativeBuffer shares, NativeBuffer results);
  }

  private static void check(Case given, FedChannel channel, Traffic expected, Run side) {
    int instances = given.instances();
    try (Scope scope = new Scope()) {
      NativeBuffer shares = scope.allocateLongs(instances);
      NativeBuffer results = scope.allocateLongs(instances);
      for (int i = 0; i < instances; i++) {
        shares.longs().put(i, (i * 0x9e3779b97f4a7c15L) >>> (64 - given.function().shareBits()));
        results.longs().put(i, -1);
      }
      side.run(shares, results);
      assertThat(channel.traffic().bytesSent()).isEqualTo(expected.bytesSent());
      assertThat(channel.traffic().bytesReceived()).isEqualTo(expected.bytesReceived());
      for (int i = 0; i < instances; i++) {
        assertThat(results.longs().get(i) >>> given.function().wideBits()).isZero();
      }
    } catch (PeerViolationException refused) {
      assertThat(instances % 8).isNotZero();
    }
  }

  /** What is run: shape and length are the first bytes, the messages the others, over and over. */
  private record Case(ShareFunction function, int instances, ByteBuffer bytes) {
    static Case of(byte[] wire) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.max(6, wire.length)).put(wire).clear();
      int bits = 2 + (bytes.get() & 0xff) % 61;
      int dropped = (bytes.get() & 0xff) % (63 - bits);
      int wide = bytes.get() & 0xff;
      boolean relu = (wide & 1) == 0;
      // At dropped = 0 there is no value in as many bits or fewer.
      int least = relu ? bits : dropped == 0 ? bits + 1 : 1;
      int wideBits = least > 62 ? 62 : least + wide / 2 % (63 - least);
      // At times some chunks.
      int instances = 1 + (bytes.get() & 0xff) * (1 + (bytes.get() & 7));
      ShareFunction function =
          relu || least > 62
              ? ShareFunction.relu(dropped, bits, Math.max(bits, wideBits))
              : ShareFunction.value(dropped, bits, wideBits);
      return new Case(function, instances, bytes.slice());
    }
  }

  /** Both sides after their setup with each other. */
  private record Sides(
      EvaluatorCorrelations evaluator,
      FedChannel forEvaluator,
      GarblerCorrelations garbler,
      FedChannel forGarbler) {
    static Sides open() {
      FedChannel[] channels = new FedChannel[2];
      var opened =
          TwoParties.run(
              channel -> {
                channels[0] = new FedChannel(channel);
                return GarblerCorrelations.open(channels[0], new DeterministicRandom(1));
              },
              channel -> {
                channels[1] = new FedChannel(channel);
                return EvaluatorCorrelations.open(channels[1], new DeterministicRandom(2));
              });
      return new Sides(opened.secondValue(), channels[1], opened.firstValue(), channels[0]);
    }
  }

  /** A channel to a peer at first; then what is received comes from given bytes. */
  private static final class FedChannel implements Channel {
    private final Channel peer;
    private @Nullable ByteBuffer food;
    private long sent;
    private long received;

    FedChannel(Channel peer) {
      this.peer = peer;
    }

    void feed(ByteBuffer bytes) {
      food = bytes.duplicate();
      sent = 0;
      received = 0;
    }

    @Override
    public void send(MessageKind kind, ByteBuffer payload) {
      if (food == null) {
        peer.send(kind, payload);
      } else {
        sent += HEADER_BYTES + payload.remaining();
        payload.position(payload.limit());
      }
    }

    @Override
    public void receive(MessageKind kind, ByteBuffer destination) {
      ByteBuffer bytes = food;
      if (bytes == null) {
        peer.receive(kind, destination);
        return;
      }
      received += HEADER_BYTES + destination.remaining();
      while (destination.hasRemaining()) {
        if (!bytes.hasRemaining()) {
          bytes.rewind();
        }
        destination.put(bytes.get());
      }
    }

    @Override
    public ByteBuffer receive(MessageKind kind, int maxBytes) {
      return peer.receive(kind, maxBytes);
    }

    @Override
    public void flush() {
      peer.flush();
    }

    @Override
    public Traffic traffic() {
      return new Traffic(sent, received, 0);
    }

    @Override
    public void abort(AbortReason reason) {
      peer.abort(reason);
    }

    @Override
    public void close() {
      peer.close();
    }
  }
}
