package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final MessageKind DATA = new MessageKind(17, "DATA");

  @Test
  void takesFramesOneAfterTheOther() {
    FrameDecoder decoder = decoder("02000000 11 aabb", "00000000 11", "01000000 11 cc");
    assertThat(decoder.next(DATA, 2)).isEqualTo(hex("aabb"));
    assertThat(decoder.next(DATA, 0)).isEqualTo(hex(""));
    ByteBuffer destination = ByteBuffer.allocate(1);
    decoder.next(DATA, destination);
    assertThat(destination.flip()).isEqualTo(hex("cc"));
    assertThat(decoder.bytesDecoded()).isEqualTo(18);
    assertThatThrownBy(() -> decoder.next(DATA, 2)).isInstanceOf(ChannelClosedException.class);
  }

  /** The payloads aren't there: reading one would throw another exception. */
  @ParameterizedTest
  @CsvSource({
    "03000000 11, 3 bytes", // one more than the most
    "00000080 11, 2147483648 bytes", // negative as an int
    "ffffffff 11, 4294967295 bytes",
    "00000004 11, has 67108864 bytes", // the longest that there may be, but not what was asked for
    "02000000 12, a message of kind 18",
    "02000000 00, kind 0",
    "02000000 ff, a message of kind 255"
  })
  void refusesAHeaderBeforeItsPayload(String header, String words) {
    assertThatThrownBy(() -> decoder(header).next(DATA, 2))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(words);
    assertThatThrownBy(() -> decoder(header).next(DATA, ByteBuffer.allocate(2)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(words);
  }

  @Test
  void refusesAFrameThatIsTooShortForItsPlace() {
    assertThatThrownBy(() -> decoder("01000000 11 aa").next(DATA, ByteBuffer.allocate(2)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessage("'DATA' has 1 bytes, expected 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "02", "02000000", "02000000 11", "02000000 11 aa"})
  void aTruncatedFrameIsAClosedConnection(String bytes) {
    assertThatThrownBy(() -> decoder(bytes).next(DATA, 2))
        .isInstanceOf(ChannelClosedException.class);
  }

  @ParameterizedTest
  @EnumSource(AbortReason.class)
  void anAbortNamesItsReason(AbortReason reason) {
    String frame = "01000000 01 0" + reason.code();
    assertThatThrownBy(() -> decoder(frame).next(DATA, 2))
        .isInstanceOfSatisfying(
            PeerAbortException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000 01",
        "02000000 01 0101",
        "ffffffff 01",
        "01000000 01 00",
        "01000000 01 07"
      })
  void aMalformedAbortIsAViolation(String frame) {
    assertThatThrownBy(() -> decoder(frame).next(DATA, 2))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void findsTheAbortBehindOtherFrames() {
    PeerAbortException abort =
        decoder("02000000 11 aabb", "00000000 12", "01000000 01 04", "00000000 11").findAbort();
    assertThat(abort)
        .isNotNull()
        .extracting(PeerAbortException::reason)
        .isEqualTo(AbortReason.BUSY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02000000 11 aabb",
        "02000000 11 aa",
        "01000000 01 63",
        "ffffffff 11 01000000 01 04"
      })
  void findsNoAbortWhereThereIsNone(String bytes) {
    assertThat(decoder(bytes).findAbort()).isNull();
  }

  private static FrameDecoder decoder(String... parts) {
    ByteBuffer bytes = hex(String.join("", parts));
    return new FrameDecoder(
        destination -> {
          if (destination.remaining() > bytes.remaining()) {
            throw new ChannelClosedException("the end");
          }
          while (destination.hasRemaining()) {
            destination.put(bytes.get());
          }
        });
  }

  private static ByteBuffer hex(String digits) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}
