package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.natives.NativeMemory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes are either refused with an IllegalArgumentException, and leave nothing behind, or are
 * what encoding gives back. Runs the inputs kept; searches for others with JAZZER_FUZZ=1. Slow
 * because Jazzer instruments everything first; {@link WireTest} has the cases that always run.
 */
@Tag("slow")
class DecoderFuzzTest {
  private static final int COUNT = 2;
  private static Ring ring;

  @BeforeAll
  static void open() {
    ring = Ring.create(RingParameters.insecureForTests(10, 21));
  }

  @AfterAll
  static void close() {
    ring.close();
  }

  @FuzzTest
  void publicKey(byte[] wire) {
    long buffers = NativeMemory.liveBuffers();
    try (PublicKey key = PublicKey.decode(ring, ByteBuffer.wrap(wire))) {
      assertThat(key.encode()).isEqualTo(wire);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("public key");
    }
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }

  @FuzzTest
  void upload(byte[] wire) {
    long buffers = NativeMemory.liveBuffers();
    try (InputBlock block = InputBlock.read(ring, COUNT, ByteBuffer.wrap(wire))) {
      ByteBuffer packed = ByteBuffer.allocate(COUNT * ring.parameters().polynomialBytes());
      PackedPolys.write(block.c0(), ring.parameters().modulusBits(), packed);
      assertThat(packed.flip())
          .isEqualTo(ByteBuffer.wrap(wire, wire.length - packed.limit(), packed.limit()));
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("upload");
    }
    assertThat(NativeMemory.liveBuffers()).isEqualTo(buffers);
  }
}
