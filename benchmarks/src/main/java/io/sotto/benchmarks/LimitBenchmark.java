package io.sotto.benchmarks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.WireLabels;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** What the machine can do at best: the limits that the kernels are held against. */
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class LimitBenchmark extends KernelBenchmark {
  /** AES blocks that stay in the first cache. */
  static final int BLOCKS = 1024;

  /** Bytes that no cache holds. */
  static final int COPIED = 64 << 20;

  static final int MULTIPLICATIONS = 1 << 16;

  private static final int AES_BYTES = 16;

  private final byte[] plain = new byte[BLOCKS * AES_BYTES];
  private final byte[] encrypted = new byte[BLOCKS * AES_BYTES];
  private Cipher cipher;
  private NativeBuffer key;
  private NativeBuffer labels;
  private ByteBuffer source;
  private ByteBuffer target;
  private long factor;

  @Setup
  public void prepare() throws GeneralSecurityException {
    cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[AES_BYTES], "AES"));
    key = memory.bytes(AES_BYTES);
    labels = scope.allocate(BLOCKS * (long) AES_BYTES);
    source = scope.allocate(COPIED).bytes();
    target = scope.allocate(COPIED).bytes();
    factor = random.nextLong() | 1;
  }

  /** The JDK's AES under one key. */
  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public byte[] aesJdk() throws GeneralSecurityException {
    cipher.doFinal(plain, 0, plain.length, encrypted);
    return encrypted;
  }

  /** The native kernels' AES under one key. */
  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public NativeBuffer aesNative() {
    WireLabels.generate(key, 0, 0, BLOCKS, labels);
    return labels;
  }

  /** From memory to memory. */
  @Benchmark
  @OperationsPerInvocation(COPIED)
  public ByteBuffer copy() {
    return target.put(0, source, 0, COPIED);
  }

  /** Multiply and add of 64-bit numbers in registers, eight chains side by side. */
  @Benchmark
  @OperationsPerInvocation(MULTIPLICATIONS)
  public long multiplyAdd() {
    long f = factor;
    long a = 1;
    long b = 2;
    long c = 3;
    long d = 4;
    long e = 5;
    long g = 6;
    long h = 7;
    long i = 8;
    for (int n = 0; n < MULTIPLICATIONS; n += 8) {
      a = a * f + n;
      b = b * f + n;
      c = c * f + n;
      d = d * f + n;
      e = e * f + n;
      g = g * f + n;
      h = h * f + n;
      i = i * f + n;
    }
    return a ^ b ^ c ^ d ^ e ^ g ^ h ^ i;
  }
}
