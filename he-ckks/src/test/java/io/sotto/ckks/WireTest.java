package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeMemory;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the server reads from the client: round trips, and everything that may be wrong with it. */
@ExtendWith(LeakCheck.class)
class WireTest {
  private static final RingParameters PARAMETERS = RingParameters.insecureForTests(10, 41);
  private static final int COUNT = 5;

  private final Scope scope = new Scope();
  private final TestRandom random = new TestRandom(7);
  private Ring ring;
  private SecretKey secretKey;

  @BeforeEach
  void open() {
    ring = scope.own(Ring.create(PARAMETERS));
    secretKey = scope.own(SecretKey.generate(ring, random));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private SeededUpload upload() {
    try (CoefficientPolys messages = TestPolys.uniform(ring, COUNT, random)) {
      return scope.own(SeededUpload.encrypt(secretKey, messages, random));
    }
  }

  private byte[] written(SeededUpload upload) {
    ByteBuffer wire =
        ByteBuffer.allocate(Math.toIntExact(SeededUpload.wireBytes(PARAMETERS, COUNT)));
    upload.write(wire);
    assertThat(wire.hasRemaining()).isFalse();
    return wire.array();
  }

  private static long[] residues(Polynomials polys) {
    return residues(polys.buffer());
  }

  private static long[] residues(NativeBuffer buffer) {
    long[] residues = new long[Math.toIntExact(buffer.size() / Long.BYTES)];
    buffer.longs().get(residues);
    return residues;
  }

  /** A malformed message is refused and leaves nothing behind. */
  private static void refused(ThrowingCallable decoder, String message) {
    long buffers = NativeMemory.liveBuffers();
    assertThatThrownBy(decoder)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }

  @Test
  void uploadsInOneMessageArrive() {
    SeededUpload upload = upload();
    byte[] wire = written(upload);
    assertThat(wire).hasSize(32 + 4 + COUNT * 1024 * 41 / 8);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer direct = ByteBuffer.allocateDirect(wire.length).order(order);
      upload.write(direct);
      direct.flip();
      byte[] same = new byte[wire.length];
      direct.get(same);
      assertThat(same).isEqualTo(wire);
      try (InputBlock block = InputBlock.read(ring, COUNT, direct.flip())) {
        assertThat(residues(block.c0())).isEqualTo(residues(upload.c0()));
        assertThat(Arrays.stream(residues(block.c1())).distinct().count()).isGreaterThan(5000);
      }
    }
  }

  @Test
  void uploadsInBlocksArrive() {
    SeededUpload upload = upload();
    try (InputBlock.Receiver receiver = InputBlock.receive(ring, COUNT, ring.degree());
        InputBlock whole = InputBlock.read(ring, COUNT, ByteBuffer.wrap(written(upload)))) {
      ByteBuffer seed = ByteBuffer.allocate(SeededUpload.SEED_BYTES);
      upload.writeSeed(seed);
      receiver.seed(seed.flip());
      for (int first = 0; first < COUNT; first += 2) {
        int count = Math.min(2, COUNT - first);
        ByteBuffer wire =
            ByteBuffer.allocate(Math.toIntExact(SeededUpload.blockBytes(PARAMETERS, count, 1024)));
        upload.writeBlock(first, count, 1024, wire);
        receiver.block(wire.flip());
      }
      assertThat(receiver.remaining()).isZero();
      try (InputBlock block = receiver.finish()) {
        assertThat(residues(block.c0())).isEqualTo(residues(whole.c0()));
        assertThat(residues(block.c1())).isEqualTo(residues(whole.c1()));
      }
      assertThatThrownBy(receiver::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  @SuppressWarnings("try") // closed early, to see that it is refused then
  void uploadsMadeInPartsAreThoseMadeAtOnce() {
    long seed = 12;
    try (CoefficientPolys messages = TestPolys.uniform(ring, COUNT, random);
        SeededUpload whole = SeededUpload.encrypt(secretKey, messages, new TestRandom(seed));
        UploadEncryptor parts = UploadEncryptor.open(secretKey, new TestRandom(seed))) {
      long[] expected = residues(whole.c0());
      for (int first = 0; first < COUNT; first += 2) {
        int count = Math.min(2, COUNT - first);
        CoefficientPolys some = scope.own(CoefficientPolys.allocate(ring, count));
        some.buffer().bytes().put(messages.rows(first, count).bytes());
        SeededUpload part = scope.own(parts.next(some));
        assertThat(part.seed()).isEqualTo(whole.seed());
        assertThat(residues(part.c0()))
            .isEqualTo(Arrays.copyOfRange(expected, first * 1024, (first + count) * 1024));
        ByteBuffer block =
            ByteBuffer.allocate(Math.toIntExact(SeededUpload.blockBytes(PARAMETERS, count, 7)))
                .order(ByteOrder.LITTLE_ENDIAN);
        part.writeBlock(0, count, 7, block);
        assertThat(block.getInt(0)).isEqualTo(first);
      }
      parts.close();
      assertThatThrownBy(() -> parts.next(messages)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void onlyCoefficientsInUseTravel() {
    SeededUpload upload = upload();
    long[] whole = residues(upload.c0());
    for (int used : new int[] {1, 3, 1000, 1024}) {
      try (InputBlock.Receiver receiver = InputBlock.receive(ring, COUNT, used)) {
        receiver.seed(ByteBuffer.wrap(upload.seed()));
        ByteBuffer wire =
            ByteBuffer.allocate(Math.toIntExact(SeededUpload.blockBytes(PARAMETERS, COUNT, used)));
        upload.writeBlock(0, COUNT, used, wire);
        assertThat(wire.hasRemaining()).isFalse();
        ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(wire.array(), wire.capacity() + 1));
        refused(() -> receiver.block(longer), "no whole number");
        receiver.block(wire.flip());
        try (InputBlock block = receiver.finish()) {
          long[] received = residues(block.c0());
          for (int i = 0; i < received.length; i++) {
            assertThat(received[i]).isEqualTo(whole[i / used * 1024 + i % used]);
          }
        }
      }
    }
  }

  @Test
  void truncatedAndOversizedUploadsAreRefused() {
    byte[] wire = written(upload());
    for (int length : new int[] {0, 1, 31, 32, 35, 36, 37, wire.length / 2, wire.length - 1}) {
      refused(() -> InputBlock.read(ring, COUNT, ByteBuffer.wrap(wire, 0, length)), "cut short");
    }
    byte[] longer = Arrays.copyOf(wire, wire.length + 1);
    refused(() -> InputBlock.read(ring, COUNT, ByteBuffer.wrap(longer)), "no whole number");
    byte[] another = Arrays.copyOf(wire, wire.length + PARAMETERS.polynomialBytes());
    refused(() -> InputBlock.read(ring, COUNT, ByteBuffer.wrap(another)), "6 ciphertexts");
  }

  @Test
  void residuesFromTheModulusOnAreRefused() {
    SeededUpload upload = upload();
    for (int at : new int[] {0, 1, 1023, 1024, COUNT * 1024 - 1}) {
      byte[] wire = written(upload);
      put(wire, 36, at, 41, ring.modulus());
      refused(() -> InputBlock.read(ring, COUNT, ByteBuffer.wrap(wire)), "out of range");
      put(wire, 36, at, 41, ring.modulus() - 1);
      InputBlock.read(ring, COUNT, ByteBuffer.wrap(wire)).close();
    }
  }

  /** Writes one packed number. */
  private static void put(byte[] wire, int offset, int index, int bits, long value) {
    BigInteger number = BigInteger.valueOf(value);
    for (int bit = 0; bit < bits; bit++) {
      int at = index * bits + bit;
      int place = offset + at / 8;
      int mask = 1 << (at % 8);
      wire[place] = (byte) (number.testBit(bit) ? wire[place] | mask : wire[place] & ~mask);
    }
  }

  @Test
  void blocksOutOfOrderAreRefused() {
    SeededUpload upload = upload();
    ByteBuffer second =
        ByteBuffer.allocate(Math.toIntExact(SeededUpload.blockBytes(PARAMETERS, 1, 1024)));
    upload.writeBlock(1, 1, 1024, second);
    ByteBuffer seed = ByteBuffer.wrap(upload.seed());
    try (InputBlock.Receiver receiver = InputBlock.receive(ring, COUNT, ring.degree())) {
      refused(() -> receiver.block(second.flip()), "no seed");
      receiver.seed(seed.duplicate());
      refused(() -> receiver.seed(seed.duplicate()), "second seed");
      refused(() -> receiver.block(second.rewind()), "instead of 0");
      refused(() -> receiver.block(ByteBuffer.allocate(3)), "cut short");
      refused(() -> receiver.block(ByteBuffer.allocate(4)), "no whole number");
      refused(receiver::finish, "too early");
    }
    try (InputBlock.Receiver receiver = InputBlock.receive(ring, COUNT, ring.degree())) {
      refused(() -> receiver.seed(ByteBuffer.allocate(31)), "cut short");
    }
  }

  @Test
  void nothingIsWrittenWithoutRoom() {
    SeededUpload upload = upload();
    ByteBuffer small = ByteBuffer.allocate((int) SeededUpload.wireBytes(PARAMETERS, COUNT) - 1);
    assertThatThrownBy(() -> upload.write(small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("room");
    assertThat(small.position()).isZero();
    assertThatThrownBy(() -> upload.writeBlock(4, 2, 1024, ByteBuffer.allocate(100_000)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void publicKeysArrive() {
    try (PublicKey key = PublicKey.generate(secretKey, random)) {
      byte[] wire = key.encode();
      assertThat(wire).hasSize(PublicKey.wireBytes(PARAMETERS)).hasSize(32 + 1024 * 41 / 8);
      try (PublicKey read = PublicKey.decode(ring, ByteBuffer.wrap(wire))) {
        assertThat(read.encode()).isEqualTo(wire);
      }
    }
  }

  @Test
  void malformedPublicKeysAreRefused() {
    byte[] wire;
    try (PublicKey key = PublicKey.generate(secretKey, random)) {
      wire = key.encode();
    }
    for (int length : new int[] {0, 31, 32, 33, wire.length - 1}) {
      refused(() -> PublicKey.decode(ring, ByteBuffer.wrap(wire, 0, length)), "cut short");
    }
    byte[] longer = Arrays.copyOf(wire, wire.length + 1);
    refused(() -> PublicKey.decode(ring, ByteBuffer.wrap(longer)), "too many");
    for (int at : new int[] {0, 511, 1023}) {
      byte[] bad = wire.clone();
      put(bad, 32, at, 41, ring.modulus());
      refused(() -> PublicKey.decode(ring, ByteBuffer.wrap(bad)), "out of range");
    }
  }

  @Test
  void seedsOfAnotherLengthAreRefused() {
    try (CoefficientPolys c0 = CoefficientPolys.allocate(ring, 1)) {
      assertThatThrownBy(() -> InputBlock.expand(ring, new byte[31], c0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("31");
    }
  }
}
