package io.sotto.baselines.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's rows through the wire's form, layers on them, and back. */
@ExtendWith(LeakCheck.class)
class SlotLayersTest {
  private static final long SEED = 20261121;
  private static final int INPUTS = 3;
  private static final int IMAGES = 5;

  private final Scope scope = new Scope();
  private final SecureRandom secure = new SecureRandom();
  private SlotPlanner.Choice choice;
  private SlotContext context;
  private SlotSecretKey key;
  private SlotKeySpec spec;
  private SlotWorkers workers;

  @BeforeEach
  void open() {
    choice = SlotPlanner.choose(List.of(new SlotPlanner.Layer(1.0, true)));
    context = scope.own(SlotContext.create(choice.parameters()));
    key = scope.own(SlotSecretKey.generate(context));
    spec = new SlotKeySpec(choice.parameters(), true, 0);
    workers = scope.own(new SlotWorkers(2));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private SlotServerKeys serverKeys() {
    try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
      List<ByteBuffer> messages = key.serverKeys(spec, secure);
      assertThat(messages).hasSize(spec.messages());
      for (int i = 0; i < messages.size(); i++) {
        assertThat(messages.get(i).remaining()).isEqualTo(spec.messageBytes(i));
        receiver.message(messages.get(i));
      }
      return scope.own(receiver.finish());
    }
  }

  private SlotRows upload(double[] values) {
    SlotParameters parameters = choice.parameters();
    double scale = Math.scalb(1.0, parameters.scaleBits());
    SlotRows rows = scope.own(SlotRows.allocate(context, context.topLevel(), INPUTS, scale));
    try (SlotSecretKey.Upload upload = key.upload(secure);
        NativeBuffer doubles = NativeBuffer.allocateLongs(values.length)) {
      doubles.bytes().asDoubleBuffer().put(values);
      int half = 2;
      for (int first = 0; first < INPUTS; first += half) {
        int count = Math.min(half, INPUTS - first);
        ByteBuffer wire =
            ByteBuffer.allocate(SlotRows.firstPartBytes(parameters, context.topLevel(), count));
        long bytes = (long) IMAGES * Double.BYTES;
        upload.write(doubles.slice(first * bytes, count * bytes), count, IMAGES, scale, wire);
        assertThat(wire.hasRemaining()).isFalse();
        rows.readFirstParts(first, count, wire.flip());
      }
      rows.expandSecondParts(upload.seed(), workers);
    }
    return rows;
  }

  private double[] decrypt(SlotRows rows) {
    double[] values = new double[rows.elements() * IMAGES];
    try (NativeBuffer doubles = NativeBuffer.allocateLongs(values.length)) {
      key.decrypt(rows, IMAGES, doubles);
      doubles.bytes().asDoubleBuffer().get(values);
    }
    return values;
  }

  @Test
  void onlyExpendableOperandsAreUsedUp() {
    double[] x = new Random(SEED).doubles((long) INPUTS * IMAGES, -1, 1).toArray();
    LinearMap sum = scope.own(LinearMap.dense(INPUTS, WeightMatrix.of(1, new int[] {1, 1, 1})));
    SlotLayers layers = new SlotLayers(serverKeys(), workers);
    SlotRows rows = upload(x);

    SlotRows kept = scope.own(layers.linear(sum, 1, rows));
    assertThat(decrypt(rows)).containsExactly(x, within(1e-4));
    SlotRows same = scope.own(layers.linear(sum, 1, rows.expendable()));
    assertThat(decrypt(same)).containsExactly(decrypt(kept), within(1e-9));
    assertThat(decrypt(rows)).containsOnly(0);

    double[] bias = {0.5};
    SlotRows scaled = scope.own(layers.rescale(bias, kept));
    SlotRows again = scope.own(layers.rescale(bias, kept.expendable()));
    assertThat(decrypt(again)).containsExactly(decrypt(scaled), within(1e-9));
    assertThat(decrypt(kept)).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLayerASquareAndALayerAreThoseOfTheDoubles(boolean sumsAreRelinearised) {
    Random random = new Random(SEED);
    double[] x = random.doubles((long) INPUTS * IMAGES, -1, 1).toArray();
    double[] bias = {0.5, -0.25};
    double weightScale = choice.weightScales().get(0);
    int[] first = random.ints(2L * INPUTS, (int) -weightScale + 1, (int) weightScale).toArray();
    int[] second = random.ints(4, -1000, 1000).toArray();
    LinearMap one = scope.own(LinearMap.dense(INPUTS, WeightMatrix.of(2, first)));
    LinearMap two = scope.own(LinearMap.dense(2, WeightMatrix.of(2, second)));
    SlotLayers layers = new SlotLayers(serverKeys(), workers);

    SlotRows hidden = scope.own(layers.linear(one, weightScale, upload(x)));
    SlotRows squares = scope.own(layers.square(bias, hidden));
    assertThat(squares.level()).isZero();
    if (!sumsAreRelinearised) {
      squares = scope.own(layers.relinearise(squares));
    }
    SlotRows outputs = scope.own(layers.linear(two, 1000, squares));
    assertThat(outputs.parts()).isEqualTo(sumsAreRelinearised ? 3 : 2);
    if (sumsAreRelinearised) {
      SlotRows sums = outputs;
      assertThatThrownBy(() -> layers.hide(sums, 20, secure)).hasMessageContaining("relinearised");
      assertThatThrownBy(() -> decrypt(sums)).hasMessageContaining("relinearised");
      assertThatThrownBy(() -> layers.square(bias, sums)).isInstanceOf(RuntimeException.class);
      outputs = scope.own(layers.relinearise(sums));
      SlotRows twoParts = outputs;
      assertThatThrownBy(() -> layers.relinearise(twoParts)).hasMessageContaining("two parts");
    }
    layers.add(bias, outputs);
    layers.hide(outputs, 20, secure);
    ByteBuffer wire = ByteBuffer.allocate(SlotRows.wireBytes(choice.parameters(), 0, 2));
    outputs.write(0, 2, wire);
    SlotRows received = scope.own(SlotRows.allocate(context, 0, 2, outputs.scale()));
    received.read(0, 2, wire.flip());

    double[] y = one.applyPlain(x, IMAGES);
    for (int i = 0; i < y.length; i++) {
      double sum = y[i] / weightScale + bias[i / IMAGES];
      y[i] = sum * sum;
    }
    double[] expected = two.applyPlain(y, IMAGES);
    double[] actual = decrypt(received);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("number %d of seed %d", i, SEED)
          .isCloseTo(expected[i] / 1000 + bias[i / IMAGES], within(1e-4));
    }
  }

  @Test
  void numbersOfASlotAreAddedAndRescaled() {
    double[] x = new Random(SEED).doubles((long) INPUTS * IMAGES, -1, 1).toArray();
    SlotLayers layers = new SlotLayers(serverKeys(), workers);
    SlotRows rows = upload(x);
    LinearMap map =
        scope.own(LinearMap.dense(INPUTS, WeightMatrix.of(1, new int[] {1000, 0, -500})));
    SlotRows sum = scope.own(layers.linear(map, 1000, rows));
    try (NativeBuffer more = NativeBuffer.allocateLongs(IMAGES)) {
      for (int i = 0; i < IMAGES; i++) {
        more.bytes().asDoubleBuffer().put(i, i);
      }
      layers.add(more, IMAGES, sum);
    }
    SlotRows lower = scope.own(layers.rescale(new double[] {2}, sum));
    double[] actual = decrypt(lower);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(actual[i]).isCloseTo(x[i] - x[2 * IMAGES + i] / 2 + i + 2, within(1e-3));
    }
  }

  @Test
  void theHiddenFormChangesEveryResidue() {
    SlotLayers layers = new SlotLayers(serverKeys(), workers);
    SlotRows zeros = scope.own(SlotRows.allocate(context, 0, 1, 1));
    layers.hide(zeros, 30, secure);
    for (int part = 0; part < 2; part++) {
      var words = zeros.rows(0, part).longs();
      int unchanged = 0;
      while (words.hasRemaining()) {
        unchanged += words.get() == 0 ? 1 : 0;
      }
      assertThat(unchanged).isLessThan(3);
    }
    assertThat(Math.abs(decrypt(zeros)[0])).isBetween(1.0, Math.scalb(1.0, 40));
  }

  @Test
  void residuesOutOfRangeAndWrongLengthsAreRefused() {
    int bytes = SlotRows.firstPartBytes(choice.parameters(), context.topLevel(), 1);
    SlotRows rows = scope.own(SlotRows.allocate(context, context.topLevel(), 1, 1));
    byte[] ones = new byte[bytes];
    java.util.Arrays.fill(ones, (byte) -1);
    assertThatThrownBy(() -> rows.readFirstParts(0, 1, ByteBuffer.wrap(ones)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not below its prime");
    assertThatThrownBy(() -> rows.readFirstParts(0, 1, ByteBuffer.wrap(ones, 0, bytes - 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rows.readFirstParts(0, 1, ByteBuffer.allocate(bytes + 1)))
        .hasMessageContaining("too many");
    assertThatThrownBy(() -> rows.readFirstParts(1, 1, ByteBuffer.allocate(bytes)))
        .isInstanceOf(IllegalArgumentException.class);
    try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
      assertThatThrownBy(() -> receiver.message(ByteBuffer.allocate(spec.messageBytes(0) - 1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(receiver::finish).hasMessageContaining("messages");
    }
  }

  @Test
  void thePlannerKeepsTo128BitsAndSaysWhenNothingFits() {
    SlotPlanner.Layer layer = new SlotPlanner.Layer(0.8, true);
    SlotParameters mnist = SlotPlanner.choose(List.of(layer, layer)).parameters();
    assertThat(mnist.logDegree()).isEqualTo(13);
    assertThat(mnist.totalBits()).isLessThanOrEqualTo(218);
    SlotParameters deeper = SlotPlanner.choose(List.of(layer, layer, layer)).parameters();
    assertThat(deeper.logDegree()).isEqualTo(14);
    scope.own(SlotContext.create(deeper));
    assertThatThrownBy(() -> SlotPlanner.choose(java.util.Collections.nCopies(30, layer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("levels");
  }
}
