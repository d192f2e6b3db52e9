package io.sotto.samples.chapters;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomised;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.Ring;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.WeightMatrix;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Chapter 3: a linear layer on ciphertexts, v = W x + b, by the numbered steps of docs/protocol.md,
 * section 5. The input is shared between the two before, the result after it.
 */
final class Chapter3LinearLayer implements Chapter {
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;
  private static final int IMAGES = 2;
  private static final int[] WEIGHTS = {3, -1, 2, 0, 5, -4};
  private static final long[] BIASES = {10, -7};
  private static final long[] X = {100, -200, 30, 40, -5, 6}; // [input][image]

  /** L: numbers are kept modulo 2^L. */
  private static final int BITS = 20;

  private final SecureRandom random = new SecureRandom();

  @Override
  public void tell(PrintWriter out) {
    try (Scope scope = new Scope();
        LinearMap map = LinearMap.dense(INPUTS, WeightMatrix.of(OUTPUTS, WEIGHTS))) {
      NoiseBound bound = ParameterPlanner.choose(BITS, map.maxL1Norm(), map.maxL2Norm());
      out.printf(
          "N = %d, q of %d bits, responses of %d bits; noise: %.2f of a half cell, allowed %.2f%n",
          bound.parameters().degree(),
          bound.parameters().modulusBits(),
          bound.shortBits(),
          bound.halfCells(),
          NoiseBound.LIMIT);
      Ring ring = scope.own(Ring.create(bound.parameters()));
      SecretKey secretKey = scope.own(SecretKey.generate(ring, random)); // the client's
      PublicKey publicKey = scope.own(PublicKey.generate(secretKey, random)); // known to both
      long[] clients = random.longs(X.length, 0, 1L << BITS).toArray();
      long[] servers = new long[X.length];
      Arrays.setAll(servers, i -> X[i] - clients[i]);

      ByteBuffer upload = encrypt(secretKey, longs(clients, scope), scope);
      ReRandomised result = answer(upload, longs(servers, scope), map, publicKey, scope);

      // 5. The server keeps the first parts, rounded to half cells, and sends the second ones.
      NativeBuffer alpha = result.c0().buffer();
      FixedPointKernel.fromRing(alpha, ring.modulus(), BITS + 1, alpha);
      NativeBuffer response = result.c1().buffer();
      FixedPointKernel.fromRing(response, ring.modulus(), bound.shortBits(), response);

      // 6. The client multiplies them by its key, and rounds down.
      secretKey.multiplyShort(response, bound.shortBits(), OUTPUTS, response);
      FixedPointKernel.dropBits(response, bound.shortBits(), BITS + 1, response);
      tellSums(alpha.longs(), response.longs(), ring.degree(), out);
    }
  }

  /** 1. The client encrypts its share: a seed, and the first parts in as far as images use them. */
  private ByteBuffer encrypt(SecretKey key, NativeBuffer shares, Scope scope) {
    CoefficientPolys message =
        scope.own(CoefficientPolys.encode(key.ring(), shares, INPUTS, IMAGES, BITS));
    SeededUpload upload = scope.own(SeededUpload.encrypt(key, message, random));
    long block = SeededUpload.blockBytes(key.ring().parameters(), INPUTS, IMAGES);
    ByteBuffer wire = ByteBuffer.allocate(SeededUpload.SEED_BYTES + (int) block);
    upload.writeSeed(wire);
    upload.writeBlock(0, INPUTS, IMAGES, wire);
    return wire.flip();
  }

  private ReRandomised answer(
      ByteBuffer upload, NativeBuffer shares, LinearMap map, PublicKey key, Scope scope) {
    InputBlock.Receiver receiver = scope.own(InputBlock.receive(key.ring(), INPUTS, IMAGES));
    receiver.seed(upload);
    receiver.block(upload);
    InputBlock inputs = scope.own(receiver.finish());
    inputs.addShares(0, shares, INPUTS, BITS); // 2. Now they carry x, which nobody has seen.
    Accumulated result = scope.own(map.apply(inputs)); // 3. Weights and biases.
    result.addBiases(BIASES, IMAGES, BITS);
    return scope.own(new ReRandomiser(key).apply(result, random)); // 4. Hides the weights.
  }

  private static void tellSums(LongBuffer alpha, LongBuffer beta, int degree, PrintWriter out) {
    for (int output = 0; output < OUTPUTS; output++) {
      for (int image = 0; image < IMAGES; image++) {
        int at = output * degree + image;
        long sum = alpha.get(at) + beta.get(at); // 2v or 2v + 1, modulo 2^(L+1)
        out.printf(
            "output %d of image %d: the shares say %d, W x + b is %d%n",
            output, image, signed(sum >> 1), expected(output, image));
      }
    }
  }

  private static long expected(int output, int image) {
    long sum = BIASES[output];
    for (int input = 0; input < INPUTS; input++) {
      sum += WEIGHTS[output * INPUTS + input] * X[input * IMAGES + image];
    }
    return sum;
  }

  /** A number of BITS bits in two's complement. */
  private static long signed(long number) {
    int unused = Long.SIZE - BITS;
    return number << unused >> unused;
  }

  private static NativeBuffer longs(long[] numbers, Scope scope) {
    NativeBuffer buffer = scope.allocateLongs(numbers.length);
    buffer.longs().put(numbers);
    return buffer;
  }
}
