package io.sotto.converter.relu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.relu.ReluSpec.Form;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedPointOverflowException;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.NarrowShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.garble.Evaluator;
import io.sotto.gc.garble.Garbler;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both forms against the twin and so against each other, and against what the spec declares. */
@ExtendWith(LeakCheck.class)
class ReluStepTest {
  private static final int ELEMENTS = 30;
  private static final int FRACTION = 8;

  private static ReluSpec spec(int bits, int wideBits, Form form) {
    return new ReluSpec(
        new NarrowFormat(ELEMENTS, bits, FRACTION),
        new ExactFormat(ELEMENTS, wideBits, FRACTION),
        form);
  }

  @ParameterizedTest
  @CsvSource({"16, 28, 1", "16, 28, 70", "17, 28, 50", "16, 16, 50", "12, 56, 9"})
  void allFormsAreTheTwin(int bits, int wideBits, int images) {
    long seed = new SecureRandom().nextLong();
    for (Form form : Form.values()) {
      check(spec(bits, wideBits, form), images, seed);
    }
    for (Form form : List.of(Form.CIRCUIT, Form.LOOKUP)) {
      ReluSpec exact = spec(bits, wideBits, form);
      for (int dropped : new int[] {1, 4, bits - 3}) {
        check(new ReluSpec(exact.input(), exact.output(), form, dropped), images, seed);
      }
    }
  }

  @Test
  void thePlainFormComparesAllBitsAndAComparisonKeepsTwo() {
    ReluSpec exact = spec(16, 28, Form.LOOKUP);
    assertThatThrownBy(() -> new ReluSpec(exact.input(), exact.output(), Form.PLAIN, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ReluSpec(exact.input(), exact.output(), Form.LOOKUP, 15))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void valuesThatAComparisonWithoutLowBitsDoesNotHoldAreAnError() {
    ReluSpec exact = spec(16, 28, Form.LOOKUP);
    ReluSpec spec = new ReluSpec(exact.input(), exact.output(), Form.LOOKUP, 6);
    FixedTensor y = new FixedTensor(spec.input(), 1);
    y.values()[0] = (1 << 15) - 1 - 96;
    assertThat(new ReluTwin(spec, null).run(List.of(y)).values()[0]).isEqualTo(y.values()[0]);
    y.values()[0]++;
    assertThatThrownBy(() -> new ReluTwin(spec, null).run(List.of(y)))
        .isInstanceOf(FixedPointOverflowException.class)
        .hasMessageContaining("16 bits without the 6 lowest");
  }

  private static void check(ReluSpec spec, int images, long seed) {
    Random random = new Random(seed);
    try (Scope scope = new Scope()) {
      NarrowShares server = NarrowShares.allocate(spec.input(), images, scope);
      NarrowShares client = NarrowShares.allocate(spec.input(), images, scope);
      FixedTensor y = new FixedTensor(spec.input(), images);
      for (int i = 0; i < server.count(); i++) {
        long a = random.nextLong() & spec.input().mask();
        long b = random.nextLong() & spec.input().mask();
        server.values().longs().put(i, a);
        client.values().longs().put(i, b);
        long sum = spec.input().signed((a + b) & spec.input().mask());
        if (spec.dropped() > 0 && Math.abs(sum) > spec.shareRelu().largest()) {
          client.values().longs().put(i, -a & spec.input().mask());
          sum = 0;
        }
        y.values()[i] = sum;
      }
      var outcomes =
          TwoParties.run(
              channel -> {
                SecureRandom secure = new SecureRandom();
                try (Garbler garbler = Garbler.open(channel, secure)) {
                  ServerParty party = new ServerParty(channel, Map.of(), garbler, secure);
                  return new ReluServer(spec).run(party, List.of(server), scope);
                }
              },
              channel -> {
                SecureRandom secure = new SecureRandom();
                // Of its own: a scope is for one thread.
                Scope own = new Scope();
                try (Evaluator evaluator = Evaluator.open(channel, secure)) {
                  ClientParty party = new ClientParty(channel, Map.of(), evaluator, secure);
                  Traffic before = channel.traffic();
                  Shares result = spec.client().run(party, List.of(client), own);
                  assertThat(channel.traffic().minus(before))
                      .isEqualTo(spec.clientTraffic(images, OtTrees.DEFAULT));
                  long[] values = new long[result.count()];
                  result.values().longs().get(values);
                  return values;
                } finally {
                  own.close();
                }
              });
      long[] exact = new ReluTwin(spec, null).run(List.of(y)).values();
      for (int i = 0; i < server.count(); i++) {
        long expected = spec.shareRelu().result(y.values()[i], server.values().longs().get(i));
        assertThat(Math.abs(expected - exact[i])).isLessThanOrEqualTo(spec.shareRelu().tolerance());
        long sum = outcomes.firstValue().values().longs().get(i) + outcomes.secondValue()[i];
        assertThat(sum & spec.output().mask())
            .as("seed %d, %s, element %d", seed, spec, i)
            .isEqualTo(expected & spec.output().mask());
      }
    }
  }

  @Test
  void theFormIsPartOfTheSpecOnTheWire() {
    for (Form form : Form.values()) {
      ReluSpec spec = spec(16, 28, form);
      SpecWriter out = new SpecWriter();
      spec.write(out);
      SpecReader in = new SpecReader(ByteBuffer.wrap(out.toByteArray()));
      assertThat(ReluSpec.KIND.reader().apply(in)).isEqualTo(spec);
      assertThat(in.atEnd()).isTrue();
    }
    SpecWriter out = new SpecWriter().number(1).number(16).number(8).number(28).number(3).number(0);
    SpecReader in = new SpecReader(ByteBuffer.wrap(out.toByteArray()));
    assertThatThrownBy(() -> ReluSpec.KIND.reader().apply(in))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("form");
  }

  @Test
  void whatTheFormsCost() {
    int images = 1000;
    Traffic lookup = spec(16, 28, Form.LOOKUP).clientTraffic(images, OtTrees.DEFAULT);
    Traffic circuit = spec(16, 28, Form.CIRCUIT).clientTraffic(images, OtTrees.DEFAULT);
    Traffic plain = spec(16, 28, Form.PLAIN).clientTraffic(images, OtTrees.DEFAULT);
    long relus = (long) ELEMENTS * images;
    // 15 tables of 32 bytes, 28 + 2 * 12 bits of corrections; a transfer's request; headers.
    assertThat(circuit.bytesReceived() / (double) relus).isBetween(486.5, 504.0);
    assertThat(plain.bytesReceived()).isGreaterThan(3 * circuit.bytesReceived());
    // Tables of 104 bits, 12 + 28 bits of corrections, a request; 20 requests, 4 + 28 bits.
    assertThat(lookup.bytesReceived() / (double) relus).isBetween(22.0, 22.5);
    assertThat(lookup.bytesSent() / (double) relus).isBetween(84.0, 84.5);
  }
}
