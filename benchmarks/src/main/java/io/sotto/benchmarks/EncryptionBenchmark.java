package io.sotto.benchmarks;

import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.SeededUpload;
import io.sotto.natives.NativeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What the client spends on a ciphertext. */
public class EncryptionBenchmark extends CiphertextBenchmark {
  static final int CIPHERTEXTS = 64;
  private static final int RESPONSE_BITS = 20;

  private final CoefficientPolys messages = memory.polynomials(ring, CIPHERTEXTS);
  private final NativeBuffer responses = scope.allocate((long) CIPHERTEXTS * DEGREE * Long.BYTES);
  private final NativeBuffer products = scope.allocate((long) CIPHERTEXTS * DEGREE * Long.BYTES);

  public EncryptionBenchmark() {
    var longs = responses.longs();
    while (longs.hasRemaining()) {
      longs.put(random.nextLong() & ((1L << RESPONSE_BITS) - 1));
    }
  }

  @Benchmark
  @OperationsPerInvocation(CIPHERTEXTS)
  public int encrypt() {
    try (SeededUpload upload = SeededUpload.encrypt(secretKey, messages, random)) {
      return upload.count();
    }
  }

  /** A rounded response, which is what the client decrypts. */
  @Benchmark
  @OperationsPerInvocation(CIPHERTEXTS)
  public NativeBuffer decrypt() {
    secretKey.multiplyShort(responses, RESPONSE_BITS, CIPHERTEXTS, products);
    return products;
  }
}
