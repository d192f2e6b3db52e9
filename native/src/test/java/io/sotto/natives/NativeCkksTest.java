package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.NativeCkks.Ciphertext;
import io.sotto.natives.NativeCkks.Plaintext;
import io.sotto.natives.NativeCkks.PublicKey;
import io.sotto.natives.NativeCkks.RelinearisationKey;
import io.sotto.natives.NativeCkks.RotationKey;
import io.sotto.natives.NativeCkks.SecretKey;
import io.sotto.natives.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class NativeCkksTest {

  private static final double SCALE = 0x1p40;
  private static final double TOLERANCE = 1e-4;

  private Scope scope;
  private NativeCkks ckks;
  private SecretKey secretKey;
  private PublicKey publicKey;
  private double[] x;
  private double[] y;

  @BeforeEach
  void open() {
    scope = new Scope();
    ckks = scope.own(NativeCkks.createInsecureForTests(12, 60, 40, 40, 60));
    secretKey = scope.own(ckks.generateSecretKey());
    publicKey = scope.own(ckks.generatePublicKey(secretKey));
    Random random = new Random(5);
    x = random.doubles(ckks.slots(), -8, 8).toArray();
    y = random.doubles(ckks.slots(), -8, 8).toArray();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void encodesAndDecodes() {
    Plaintext plaintext = encode(x);
    assertThat(plaintext.scale()).isEqualTo(SCALE);
    assertThat(plaintext.level()).isEqualTo(2).isEqualTo(ckks.topLevel());
    assertClose(ckks.decode(plaintext), i -> x[i]);

    Plaintext few = scope.own(ckks.encode(new double[] {1.5, -2.5}, SCALE, 0));
    assertThat(few.level()).isZero();
    assertClose(ckks.decode(few), i -> i == 0 ? 1.5 : i == 1 ? -2.5 : 0);
    assertClose(ckks.decode(scope.own(ckks.encode(0.75, SCALE, 1))), i -> 0.75);
  }

  @Test
  void encryptsAfreshEachTimeAndDecrypts() {
    Ciphertext ciphertext = encrypt(x);
    assertThat(ciphertext.level()).isEqualTo(2);
    assertThat(ciphertext.parts()).isEqualTo(2);
    assertThat(decrypt(ciphertext)).isNotEqualTo(decrypt(encrypt(x)));
    assertClose(decrypt(ciphertext), i -> x[i]);
  }

  @Test
  void addsAndSubtracts() {
    assertClose(decrypt(scope.own(ckks.add(encrypt(x), encrypt(y)))), i -> x[i] + y[i]);
    assertClose(decrypt(scope.own(ckks.add(encrypt(x), encode(y)))), i -> x[i] + y[i]);
    assertClose(decrypt(scope.own(ckks.subtract(encrypt(x), encrypt(y)))), i -> x[i] - y[i]);
  }

  @Test
  void multipliesByPlaintextAndRescales() {
    Ciphertext product = scope.own(ckks.multiply(encrypt(x), encode(y)));
    assertThat(product.scale()).isEqualTo(SCALE * SCALE);
    assertThat(product.parts()).isEqualTo(2);
    Ciphertext rescaled = scope.own(ckks.rescale(product));
    assertThat(rescaled.level()).isEqualTo(1);
    assertThat(rescaled.scale()).isBetween(SCALE * 0.99, SCALE * 1.01);
    assertClose(decrypt(rescaled), i -> x[i] * y[i]);
  }

  @Test
  void evaluatesAPolynomialOfTwoLevels() {
    RelinearisationKey relin = scope.own(ckks.generateRelinearisationKey(secretKey));
    Ciphertext ct = encrypt(x);
    Ciphertext raw = scope.own(ckks.multiply(ct, ct));
    assertThat(raw.parts()).isEqualTo(3);
    Ciphertext linear = scope.own(ckks.relinearise(raw, relin));
    assertThat(linear.parts()).isEqualTo(2);
    Ciphertext square = scope.own(ckks.rescale(linear));

    Ciphertext lowered = scope.own(ckks.switchLevel(encrypt(y), square.level()));
    assertThat(lowered.level()).isEqualTo(1);
    Ciphertext product = scope.own(ckks.multiply(square, lowered));
    Ciphertext cubic = scope.own(ckks.rescale(scope.own(ckks.relinearise(product, relin))));
    Ciphertext exact = scope.own(ckks.withScale(cubic, SCALE));
    Ciphertext sum = scope.own(ckks.add(exact, scope.own(ckks.encode(0.5, SCALE, exact.level()))));
    assertThat(sum.level()).isZero();
    // Reading at 2^40 what is at a scale a little off costs that little, relative.
    double drift = Math.abs(cubic.scale() / SCALE - 1) * 512;
    assertThat(drift).isLessThan(0.01);
    double[] values = decrypt(sum);
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(values[i] - (x[i] * x[i] * y[i] + 0.5))).isLessThan(drift + TOLERANCE);
    }
  }

  @Test
  void rotatesTheSlots() {
    RotationKey key = scope.own(ckks.generateRotationKey(secretKey, 1, -3));
    Ciphertext ct = encrypt(x);
    int n = ckks.slots();
    assertClose(decrypt(scope.own(ckks.rotate(ct, 1, key))), i -> x[(i + 1) % n]);
    assertClose(decrypt(scope.own(ckks.rotate(ct, -3, key))), i -> x[(i - 3 + n) % n]);
    assertThatThrownBy(() -> ckks.rotate(ct, 5, key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesInsecureParametersUnlessToldSo() {
    assertThatThrownBy(() -> NativeCkks.create(12, 60, 40, 40, 60))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SEAL refuses these parameters")
        .hasMessageContaining("security");
    try (NativeCkks secure = NativeCkks.create(13, 60, 40, 40, 60)) {
      assertThat(secure.slots()).isEqualTo(4096);
    }
  }

  @Test
  void sealsExceptionsArriveAsJavaExceptions() {
    Ciphertext ct = encrypt(x);
    Ciphertext product = scope.own(ckks.multiply(ct, ct));
    assertThatThrownBy(() -> ckks.add(ct, product))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scale mismatch");
    Ciphertext low = scope.own(ckks.switchLevel(ct, 0));
    assertThatThrownBy(() -> ckks.add(ct, low))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("encrypted1 and encrypted2 parameter mismatch");
    assertThatThrownBy(() -> ckks.rescale(low)).isInstanceOf(IllegalArgumentException.class);
    Plaintext zero = scope.own(ckks.encode(0.0, SCALE, 2));
    assertThatThrownBy(() -> ckks.multiply(ct, zero))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("result ciphertext is transparent");
  }

  @Test
  void wrongUseGivesOneClearLine() {
    assertThatThrownBy(() -> NativeCkks.create(16, 60))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a ring of degree 2^16; the degree is 2^10 to 2^15");
    assertThatThrownBy(() -> NativeCkks.create(12, 60, 61))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("primes of [60, 61] bits; give one or more of 20 to 60 bits");
    assertThatThrownBy(() -> ckks.encode(new double[2049], SCALE, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2049 values; one plaintext holds 2048");
    assertThatThrownBy(() -> ckks.encode(x, Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scale NaN; a scale is a positive number");
    assertThatThrownBy(() -> ckks.encode(x, SCALE, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level 3; these parameters have levels 0 to 2");
    assertThatThrownBy(() -> ckks.generateRotationKey(secretKey, 2048))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a rotation by 2048; give less than the 2048 slots either way");
    try (NativeCkks other = NativeCkks.create(12, 60);
        SecretKey otherKey = other.generateSecretKey()) {
      Ciphertext ct = encrypt(x);
      assertThatThrownBy(() -> ckks.decrypt(otherKey, ct))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("this secret key belongs to another context; make it in this one");
      assertThatThrownBy(() -> other.generateRelinearisationKey(otherKey))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one prime has no room");
    }
  }

  @Test
  void useAfterCloseThrows() {
    Ciphertext ct = encrypt(x);
    ct.close();
    ct.close();
    assertThatThrownBy(() -> ckks.decrypt(secretKey, ct))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this ciphertext is closed");
    Plaintext plaintext = encode(x);
    ckks.close();
    assertThatThrownBy(plaintext::level)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this CKKS context is closed");
  }

  @Test
  void manyThreadsMayUseOneContext() throws Exception {
    RelinearisationKey relin = scope.own(ckks.generateRelinearisationKey(secretKey));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<double[]>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(
            threads.submit(
                () -> {
                  try (Scope own = new Scope()) {
                    Plaintext encoded = own.own(ckks.encode(x, SCALE, 2));
                    Ciphertext ct = own.own(ckks.encrypt(publicKey, encoded));
                    Ciphertext square =
                        own.own(ckks.relinearise(own.own(ckks.multiply(ct, ct)), relin));
                    return ckks.decode(
                        own.own(ckks.decrypt(secretKey, own.own(ckks.rescale(square)))));
                  }
                }));
      }
      for (Future<double[]> result : results) {
        assertClose(result.get(), i -> x[i] * x[i]);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Plaintext encode(double[] values) {
    return scope.own(ckks.encode(values, SCALE, ckks.topLevel()));
  }

  private Ciphertext encrypt(double[] values) {
    return scope.own(ckks.encrypt(publicKey, encode(values)));
  }

  private double[] decrypt(Ciphertext ciphertext) {
    return ckks.decode(scope.own(ckks.decrypt(secretKey, ciphertext)));
  }

  private static void assertClose(double[] actual, IntToDoubleFunction expected) {
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(actual[i] - expected.applyAsDouble(i));
      assertThat(error).as("error of slot %d", i).isLessThan(TOLERANCE);
    }
  }
}
