package io.sotto.baselines.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeSlotShares;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two parties' shares through a linear map on slots, and back to shares. */
@ExtendWith(LeakCheck.class)
class SlotSharesTest {
  private static final long SEED = 20261121;
  private static final SlotParameters PARAMETERS =
      new SlotParameters(13, List.of(47, 24, 24, 24, 30), 24, SlotParameters.Security.BITS_128);
  private static final int INPUTS = 9;
  private static final int OUTPUTS = 10;
  private static final int IMAGES = 1000;
  private static final int FRACTION = 10;
  private static final int WEIGHT_BITS = 11;
  private static final int SHARE_BITS = 16;
  private static final int MASK_BITS = 90;

  /** As x, of 16 bits, and shares that hide it are. */
  private static final int WIDE_BITS = 56;

  private final Scope scope = new Scope();
  private final SecureRandom secure = new SecureRandom();
  private final Random random = new Random(SEED);
  private SlotContext context;
  private SlotSecretKey key;
  private SlotWorkers workers;
  private SlotShares shares;
  private SlotServerKeys keys;

  @BeforeEach
  void open() {
    context = scope.own(SlotContext.create(PARAMETERS));
    key = scope.own(SlotSecretKey.generate(context));
    workers = scope.own(new SlotWorkers(2));
    SlotKeySpec spec = new SlotKeySpec(PARAMETERS, false, PARAMETERS.topLevel());
    try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
      key.serverKeys(spec, secure).forEach(receiver::message);
      keys = scope.own(receiver.finish());
    }
    shares = new SlotShares(keys, workers);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private NativeBuffer longs(int count) {
    return scope.allocate((long) count * Long.BYTES);
  }

  private SlotRows upload(NativeBuffer own, int level) {
    SlotRows rows =
        scope.own(
            SlotRows.allocate(context, level, INPUTS, Math.scalb(1.0, PARAMETERS.scaleBits())));
    try (SlotSecretKey.Upload upload = key.upload(secure)) {
      long bytes = (long) IMAGES * Long.BYTES;
      for (int first = 0; first < INPUTS; first += 8) {
        int count = Math.min(8, INPUTS - first);
        ByteBuffer wire = ByteBuffer.allocate(SlotRows.firstPartBytes(PARAMETERS, level, count));
        upload.writeShares(
            own.slice(first * bytes, count * bytes),
            count,
            IMAGES,
            PARAMETERS.scaleBits() - FRACTION,
            level,
            wire);
        rows.readFirstParts(first, count, wire.flip());
      }
      rows.expandSecondParts(upload.seed(), workers);
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void sharesOfTheResultAddUpToItWithinOneUnit(int level) {
    long[] x = random.longs((long) INPUTS * IMAGES, -1 << 12, 1 << 12).toArray();
    NativeBuffer mine = longs(x.length);
    NativeBuffer theirs = longs(x.length);
    for (int i = 0; i < x.length; i++) {
      long r = random.nextLong(1L << (WIDE_BITS - 1));
      mine.longs().put(i, r);
      theirs.longs().put(i, x[i] - r);
    }
    int[] weights = random.ints((long) INPUTS * OUTPUTS, -1 << 10, 1 << 10).toArray();
    LinearMap map = scope.own(LinearMap.dense(INPUTS, WeightMatrix.of(OUTPUTS, weights)));
    double[] bias = random.doubles(OUTPUTS, -4, 4).toArray();
    int slotBits = PARAMETERS.scaleBits() + WEIGHT_BITS - FRACTION;
    SlotShareBound bound =
        new SlotShareBound(PARAMETERS, map.maxL2Norm(), slotBits, SHARE_BITS, OUTPUTS);
    assertThat(bound.lastPlaces()).isLessThan(0.5);
    assertThat(bound.level()).hasValue(2);

    SlotRows rows = upload(theirs, level);
    shares.add(mine, IMAGES, PARAMETERS.scaleBits() - FRACTION, rows, secure);
    SlotLayers layers = new SlotLayers(keys, workers);
    SlotRows products = scope.own(layers.linear(map, 1 << WEIGHT_BITS, rows));
    layers.add(bias, products);
    NativeBuffer server = longs(OUTPUTS * IMAGES);
    shares.mask(
        products, bound.maskBits().orElseThrow(), slotBits, SHARE_BITS, IMAGES, server, secure);
    NativeBuffer client = longs(OUTPUTS * IMAGES);
    key.decryptShares(products, slotBits, SHARE_BITS, IMAGES, client);

    long[] expected = map.applyPlain(x, IMAGES);
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double exact =
          Math.scalb((double) expected[i], -WEIGHT_BITS) + Math.scalb(bias[i / IMAGES], FRACTION);
      long both = server.longs().get(i) + client.longs().get(i);
      long y = both << (Long.SIZE - SHARE_BITS) >> (Long.SIZE - SHARE_BITS);
      assertThat((double) y)
          .as("number %d of seed %d", i, SEED)
          .isBetween(exact - 1.5, exact + 1.5);
      sum += y - exact;
    }
    // Unbiased: the mean of 10,000 errors of less than 0.6 in standard deviation.
    assertThat(Math.abs(sum / expected.length)).isLessThan(0.04);
  }

  private SlotRows zeros() {
    return scope.own(SlotRows.allocate(context, 3, OUTPUTS, 1));
  }

  /** Counts in 64 classes of equal probability; 63 degrees of freedom. */
  private static double chiSquare(LongBuffer values, double bound) {
    int[] counts = new int[64];
    int total = values.remaining();
    while (values.hasRemaining()) {
      counts[(int) (values.get() / bound * counts.length)]++;
    }
    double expected = (double) total / counts.length;
    double sum = 0;
    for (int count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  @Test
  void masksDifferEveryTimeAndWhatIsSentAndSharedIsUniform() {
    int slotBits = 25;
    SlotRows first = zeros();
    SlotRows second = zeros();
    NativeBuffer mine = longs(OUTPUTS * IMAGES);
    NativeBuffer again = longs(OUTPUTS * IMAGES);
    shares.mask(first, MASK_BITS, slotBits, SHARE_BITS, IMAGES, mine, secure);
    shares.mask(second, MASK_BITS, slotBits, SHARE_BITS, IMAGES, again, secure);
    for (int part = 0; part < 2; part++) {
      for (int prime = 0; prime < 4; prime++) {
        LongBuffer a = first.rows(prime, part).longs();
        LongBuffer b = second.rows(prime, part).longs();
        int same = 0;
        for (int i = 0; i < a.limit(); i++) {
          same += a.get(i) == b.get(i) ? 1 : 0;
        }
        assertThat(same).isLessThan(10);
        // 63 degrees of freedom: 140 is passed once in 10^7.
        assertThat(chiSquare(a, (double) context.modulus(prime))).isLessThan(150);
      }
    }
    int same = 0;
    for (int i = 0; i < OUTPUTS * IMAGES; i++) {
      same += mine.longs().get(i) == again.longs().get(i) ? 1 : 0;
    }
    assertThat(same).isLessThan(10);
    assertThat(chiSquare(mine.longs(), 1 << SHARE_BITS)).isLessThan(150);
    NativeBuffer client = longs(OUTPUTS * IMAGES);
    key.decryptShares(first, slotBits, SHARE_BITS, IMAGES, client);
    assertThat(chiSquare(client.longs(), 1 << SHARE_BITS)).isLessThan(150);
  }

  @Test
  void masksAreAsWideInEachCoefficientAsTheyShouldBe() {
    SlotRows rows = zeros();
    NativeBuffer mine = longs(OUTPUTS * IMAGES);
    shares.mask(rows, MASK_BITS, 25, SHARE_BITS, IMAGES, mine, secure);
    // Shares of 40 bits of which a unit is so large that they don't wrap.
    int unitBits = 59;
    NativeBuffer wide = longs(OUTPUTS * IMAGES);
    key.decryptShares(rows, unitBits, 45, IMAGES, wide);
    double squares = 0;
    for (int i = 0; i < OUTPUTS * IMAGES; i++) {
      double slot = Math.scalb((double) (wide.longs().get(i) << 19 >> 19), unitBits - MASK_BITS);
      squares += slot * slot;
    }
    // A slot's real part is a sum of N coefficients of variance 1/3 with cosines.
    double expected = PARAMETERS.degree() / 2.0 / 3;
    assertThat(squares / (OUTPUTS * IMAGES)).isBetween(0.9 * expected, 1.1 * expected);
  }

  @Test
  void boundsSayWhatDoesNotFit() {
    SlotShareBound narrow = new SlotShareBound(PARAMETERS, 1 << 13, 25, 14, 845);
    assertThat(narrow.maskBits()).hasValue(94);
    assertThat(narrow.level()).hasValue(3);
    SlotShareBound wide = new SlotShareBound(PARAMETERS, 1 << 13, 25, 32, 845);
    assertThat(wide.maskBits()).isEmpty();
    assertThat(wide.level()).isEmpty();
    assertThat(new SlotShareBound(PARAMETERS, 1 << 16, 25, 14, 845).lastPlaces()).isGreaterThan(1);
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    SlotRows rows = zeros();
    NativeBuffer mine = longs(OUTPUTS * IMAGES);
    for (int bits :
        new int[] {NativeSlotShares.MIN_MASK_BITS - 1, NativeSlotShares.MAX_MASK_BITS + 1}) {
      assertThatThrownBy(() -> shares.mask(rows, bits, 25, SHARE_BITS, IMAGES, mine, secure))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("51 to 101");
    }
    assertThatThrownBy(() -> shares.mask(rows, MASK_BITS, 61, SHARE_BITS, IMAGES, mine, secure))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shares.mask(rows, MASK_BITS, 25, 49, IMAGES, mine, secure))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shares.add(mine, IMAGES + 1, 14, rows, secure))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shares.add(mine, 4097, 14, rows, secure))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
