package io.sotto.samples.chapters;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NttPolys;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomised;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.WeightMatrix;
import io.sotto.natives.Scope;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Chapter 6: what a curious client sees of a linear layer, and why it is useless. The response is a
 * combination, with the server's weights, of polynomials that the client itself has made: as many
 * linear equations as it likes. So the server adds an encryption of zero under the client's own
 * key, before it sends anything. Here the attack is mounted on a response without it, which no part
 * of Sotto can send, and on one with it.
 */
final class Chapter6CuriousClient implements Chapter {
  private static final int[] WEIGHTS = {12, -7, 0, 33};
  private static final RingParameters PARAMETERS = RingParameters.of(11, 42);

  private final SecureRandom random = new SecureRandom();

  @Override
  public void tell(PrintWriter out) {
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(PARAMETERS));
      SecretKey secretKey = scope.own(SecretKey.generate(ring, random));
      PublicKey publicKey = scope.own(PublicKey.generate(secretKey, random));
      LinearMap map = scope.own(LinearMap.dense(WEIGHTS.length, WeightMatrix.of(1, WEIGHTS)));
      CoefficientPolys images = scope.own(CoefficientPolys.allocate(ring, WEIGHTS.length));
      SeededUpload upload = scope.own(SeededUpload.encrypt(secretKey, images, random));
      ByteBuffer wire =
          ByteBuffer.allocate((int) SeededUpload.wireBytes(PARAMETERS, WEIGHTS.length));
      upload.write(wire);
      InputBlock block = scope.own(InputBlock.read(ring, WEIGHTS.length, wire.flip()));
      CoefficientPolys known = coefficients(block.c1(), scope);

      out.printf("the server's weights      %s%n", Arrays.toString(WEIGHTS));
      Accumulated bare = scope.own(map.apply(block));
      out.printf("solved, nothing added     %s%n", solve(known, coefficients(bare.c1(), scope)));
      ReRandomised sent = scope.own(new ReRandomiser(publicKey).apply(bare, random));
      String solution = solve(known, sent.c1());
      out.printf(
          "solved, as it is sent     %s%n",
          solution.equals(Arrays.toString(WEIGHTS)) ? solution : "numbers without a meaning");
    }
  }

  private static CoefficientPolys coefficients(NttPolys polys, Scope scope) {
    NttPolys copy = NttPolys.allocate(polys.ring(), polys.count());
    copy.buffer().bytes().put(polys.buffer().bytes());
    return scope.own(copy.toCoefficients());
  }

  /**
   * The weights w with sum_i w_i c1_i = response, by elimination modulo q: coefficient j of all
   * polynomials is equation j.
   */
  private static String solve(CoefficientPolys known, CoefficientPolys response) {
    int unknowns = known.count();
    int degree = known.ring().degree();
    BigInteger q = BigInteger.valueOf(known.ring().modulus());
    BigInteger[][] rows = new BigInteger[unknowns][unknowns + 1];
    for (int j = 0; j < unknowns; j++) {
      for (int i = 0; i < unknowns; i++) {
        rows[j][i] = BigInteger.valueOf(known.buffer().longs().get(i * degree + j));
      }
      rows[j][unknowns] = BigInteger.valueOf(response.buffer().longs().get(j));
    }
    eliminate(rows, q);
    BigInteger half = q.shiftRight(1);
    return Arrays.toString(
        Arrays.stream(rows)
            .map(row -> row[unknowns])
            .map(w -> w.compareTo(half) > 0 ? w.subtract(q) : w)
            .toArray());
  }

  /** Gauss and Jordan, the left part becoming the identity. */
  private static void eliminate(BigInteger[][] rows, BigInteger q) {
    for (int pivot = 0; pivot < rows.length; pivot++) {
      int at = pivot;
      while (rows[at][pivot].signum() == 0) {
        at++;
      }
      BigInteger[] swapped = rows[at];
      rows[at] = rows[pivot];
      rows[pivot] = swapped;
      BigInteger inverse = swapped[pivot].modInverse(q);
      swapped =
          Arrays.stream(swapped).map(x -> x.multiply(inverse).mod(q)).toArray(BigInteger[]::new);
      rows[pivot] = swapped;
      for (int row = 0; row < rows.length; row++) {
        if (row != pivot) {
          BigInteger factor = rows[row][pivot];
          for (int i = 0; i < rows[row].length; i++) {
            rows[row][i] = rows[row][i].subtract(factor.multiply(swapped[i])).mod(q);
          }
        }
      }
    }
  }
}
