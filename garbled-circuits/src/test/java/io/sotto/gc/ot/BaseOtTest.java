package io.sotto.gc.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerViolationException;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.TwoParties;
import io.sotto.gc.testing.WireDigest;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class BaseOtTest {
  private static final int COUNT = 16;

  private static byte[] key(NativeBuffer keys, int index) {
    byte[] key = new byte[16];
    keys.bytes().get(16 * index, key);
    return key;
  }

  @Test
  void theReceiverGetsTheKeysThatItChose() {
    SecureRandom random = new SecureRandom();
    try (Scope scope = new Scope()) {
      NativeBuffer choices = scope.allocate(COUNT / 8);
      choices.bytes().put((byte) 0xa5).put((byte) 0x0f);
      NativeBuffer chosen = scope.allocate(16 * COUNT);
      NativeBuffer zero = scope.allocate(16 * COUNT);
      NativeBuffer one = scope.allocate(16 * COUNT);
      var results =
          TwoParties.run(
              channel -> {
                BaseOt.send(channel, random, COUNT, zero, one);
                return channel.traffic();
              },
              channel -> {
                BaseOt.receive(channel, random, COUNT, choices, chosen);
                return channel.traffic();
              });
      Set<String> all = new HashSet<>();
      for (int i = 0; i < COUNT; i++) {
        boolean bit = (choices.bytes().get(i / 8) >> (i % 8) & 1) != 0;
        assertThat(key(chosen, i)).isEqualTo(key(bit ? one : zero, i));
        assertThat(key(chosen, i)).isNotEqualTo(key(bit ? zero : one, i));
        all.add(HexFormat.of().formatHex(key(zero, i)));
        all.add(HexFormat.of().formatHex(key(one, i)));
      }
      assertThat(all).hasSize(2 * COUNT);
      assertThat(results.firstValue()).isEqualTo(BaseOt.senderTraffic(COUNT));
      assertThat(results.secondValue().bytesSent())
          .isEqualTo(BaseOt.senderTraffic(COUNT).bytesReceived());
    }
  }

  /**
   * Every byte on the wire, for fixed randomness. A change here is a change of the protocol. The
   * values were computed by a second program too, on affine points with big integers.
   */
  @Test
  void theBytesOnTheWireAreTheseOnes() {
    try (Scope scope = new Scope()) {
      NativeBuffer choices = scope.allocate(COUNT / 8);
      choices.bytes().put((byte) 0x39).put((byte) 0xc2);
      NativeBuffer chosen = scope.allocate(16 * COUNT);
      NativeBuffer zero = scope.allocate(16 * COUNT);
      NativeBuffer one = scope.allocate(16 * COUNT);
      var results =
          TwoParties.run(
              channel -> {
                WireDigest wire = new WireDigest(channel);
                BaseOt.send(wire, new DeterministicRandom(1), COUNT, zero, one);
                return wire.hex();
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                BaseOt.receive(wire, new DeterministicRandom(2), COUNT, choices, chosen);
                return wire.hex();
              });
      assertThat(
              List.of(
                  results.firstValue(),
                  results.secondValue(),
                  HexFormat.of().formatHex(key(zero, 0)),
                  HexFormat.of().formatHex(key(one, COUNT - 1))))
          .containsExactly(
              "507a40de8d4e3dae2d5940eb0e9e494b",
              "df4b13d47198eb28b4a2ed4eda41405e",
              "825fe9d18bd8164b5475499452646501",
              "f355886f192264ee46b5b67578144429");
    }
  }

  @Test
  void bytesThatAreNotAPointAreRefused() {
    byte[] good = CustomNamedCurves.getByName("P-256").getG().getEncoded(true);
    BigInteger p = CustomNamedCurves.getByName("P-256").getCurve().getField().getCharacteristic();
    byte[] tooLarge = ByteBuffer.allocate(33).put((byte) 2).put(p.toByteArray(), 1, 32).array();
    requirePoint(good);
    for (byte[] bad :
        new byte[][] {
          new byte[33],
          tooLarge,
          flipped(good, (byte) 0),
          flipped(good, (byte) 4),
          flipped(good, (byte) 6),
          flipped(good, (byte) 0xff),
        }) {
      assertThatThrownBy(() -> requirePoint(bad))
          .as(HexFormat.of().formatHex(bad))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  private static void requirePoint(byte[] bytes) {
    try (NativeBuffer point = NativeBuffer.allocate(bytes.length)) {
      point.bytes().put(bytes);
      BaseOt.requirePoints(1, point);
    }
  }

  private static byte[] flipped(byte[] point, byte type) {
    byte[] copy = point.clone();
    copy[0] = type;
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"not a point", "the sender's own point"})
  void aSenderRefusesOddChoices(String what) {
    SecureRandom random = new SecureRandom();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30));
        Scope scope = new Scope()) {
      NativeBuffer zero = scope.allocate(16);
      NativeBuffer one = scope.allocate(16);
      var outcomes =
          TwoParties.outcomes(
              pair.first(),
              channel -> {
                BaseOt.send(channel, random, 1, zero, one);
                return null;
              },
              pair.second(),
              channel -> {
                ByteBuffer point = ByteBuffer.allocate(33);
                channel.receive(OtMessages.BASE_OT_POINT, point);
                byte[] reply = what.startsWith("not") ? new byte[33] : point.array();
                channel.send(OtMessages.BASE_OT_CHOICES, ByteBuffer.wrap(reply));
                return null;
              });
      assertThat(outcomes.first().failure()).isInstanceOf(PeerViolationException.class);
    }
  }

  @Test
  void aReceiverRefusesAnOddPoint() {
    SecureRandom random = new SecureRandom();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30));
        Scope scope = new Scope()) {
      NativeBuffer choices = scope.allocate(1);
      NativeBuffer keys = scope.allocate(16);
      pair.first().send(OtMessages.BASE_OT_POINT, ByteBuffer.allocate(33));
      assertThatThrownBy(() -> BaseOt.receive(pair.second(), random, 1, choices, keys))
          .isInstanceOf(PeerViolationException.class);
    }
  }
}
