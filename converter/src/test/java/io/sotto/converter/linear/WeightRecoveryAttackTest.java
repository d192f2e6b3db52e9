package io.sotto.converter.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NttPolys;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomised;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.testing.Convolution;
import io.sotto.converter.testing.Convolution.Tile;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An honest-but-curious client tries to learn the weights from a response, which is c1 and nothing
 * else: it knows the c1 of its own ciphertexts, and without re-randomisation the response is their
 * combination with the weights. The variant without re-randomisation exists here only.
 *
 * <p>Both layouts have as many unknown weights a result: of one output in the batch layout, of two
 * channels, which share it, in a tile.
 */
@ExtendWith(LeakCheck.class)
class WeightRecoveryAttackTest {
  private static final RingParameters PARAMETERS = RingParameters.of(11, 42);
  private static final int RESPONSE_BITS = 30;
  private static final int RESULTS = 5;

  /** A result's weights. */
  private static final int UNKNOWNS = 8;

  private static final int WEIGHT_BOUND = 1 << 10;
  private static final int EQUATIONS = 12;
  private static final long SEED = 42;

  private final SecureRandom random = new SecureRandom();
  private final int[] weights =
      new Random(SEED).ints(RESULTS * UNKNOWNS, 1 - WEIGHT_BOUND, WEIGHT_BOUND).toArray();

  /** How a result's weights lie. */
  private enum Form {
    /** Weight i is what input i is multiplied by. */
    BATCH(8) {
      @Override
      int place(int unknown) {
        return 0;
      }

      @Override
      Accumulated apply(int[] weights, InputBlock block, Scope scope) {
        WeightMatrix matrix = WeightMatrix.of(RESULTS, weights);
        return scope.own(LinearMap.dense(UNKNOWNS, matrix)).apply(block);
      }
    },
    /** Two planes an upload, two channels a result, each of which has four weights. */
    TILE(2) {
      private static final Tile TILE = new Tile(1, 1, 2, 2);

      @Override
      int input(int unknown) {
        return unknown % 4 / 2;
      }

      @Override
      int place(int unknown) {
        return unknown / 4 * 2 + 1 - unknown % 2;
      }

      @Override
      Accumulated apply(int[] weights, InputBlock block, Scope scope) {
        Convolution dense = new Convolution(1, 1, 4, 2 * RESULTS, weights, new long[2 * RESULTS]);
        PolynomialMap map = scope.own(dense.polynomials(TILE, PARAMETERS.degree()));
        return map.on(block, scope).of(new CiphertextMap.Part(0, 1, 0, RESULTS));
      }
    };

    final int inputs;

    Form(int inputs) {
      this.inputs = inputs;
    }

    /** The ciphertext that a weight multiplies. */
    int input(int unknown) {
      return unknown;
    }

    /** Its coefficient in the polynomial that the ciphertext is multiplied by. */
    abstract int place(int unknown);

    abstract Accumulated apply(int[] weights, InputBlock block, Scope scope);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void withoutReRandomisationUnroundedResponsesGiveTheWeights(Form form) {
    assertThat(recovered(form, response(form, false, false), 1)).isEqualTo(RESULTS);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void withoutReRandomisationRoundedResponsesGiveTheWeights(Form form) {
    assertThat(recovered(form, response(form, false, true), roundingError())).isEqualTo(RESULTS);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void responsesAsTheyAreSentGiveNoWeight(Form form) {
    assertThat(recovered(form, response(form, true, true), roundingError())).isZero();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void evenUnroundedReRandomisedResponsesGiveNoWeight(Form form) {
    assertThat(recovered(form, response(form, true, false), roundingError())).isZero();
  }

  private static long roundingError() {
    return PARAMETERS.modulus() >> RESPONSE_BITS;
  }

  /** What the client sees: c1 of its inputs and of the outputs, as residues modulo q. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record View(long[][] inputs, long[][] outputs) {}

  private View response(Form form, boolean reRandomise, boolean round) {
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(PARAMETERS));
      SecretKey secretKey = scope.own(SecretKey.generate(ring, random));
      PublicKey publicKey = scope.own(PublicKey.generate(secretKey, random));
      CoefficientPolys message = scope.own(uniform(ring, form.inputs));
      SeededUpload upload = scope.own(SeededUpload.encrypt(secretKey, message, random));
      ByteBuffer wire = ByteBuffer.allocate((int) SeededUpload.wireBytes(PARAMETERS, form.inputs));
      upload.write(wire);
      InputBlock block = scope.own(InputBlock.read(ring, form.inputs, wire.flip()));
      Accumulated result = scope.own(form.apply(weights, block, scope));
      CoefficientPolys c1;
      if (reRandomise) {
        ReRandomised fresh = scope.own(new ReRandomiser(publicKey).apply(result, random));
        c1 = fresh.c1();
      } else {
        c1 = scope.own(coefficients(result.c1(), scope));
      }
      return new View(residues(coefficients(block.c1(), scope), false), residues(c1, round));
    }
  }

  private CoefficientPolys uniform(Ring ring, int count) {
    CoefficientPolys polys = CoefficientPolys.allocate(ring, count);
    LongBuffer words = polys.buffer().longs();
    while (words.hasRemaining()) {
      words.put(random.nextLong(ring.modulus()));
    }
    return polys;
  }

  private static CoefficientPolys coefficients(NttPolys polys, Scope scope) {
    NttPolys copy = NttPolys.allocate(polys.ring(), polys.count());
    copy.buffer().bytes().put(polys.buffer().bytes());
    return scope.own(copy.toCoefficients());
  }

  /** The coefficients of each polynomial; rounded to k bits and scaled up again if asked for. */
  private static long[][] residues(CoefficientPolys polys, boolean round) {
    long q = PARAMETERS.modulus();
    long[][] residues = new long[polys.count()][PARAMETERS.degree()];
    for (int i = 0; i < residues.length; i++) {
      try (NativeBuffer rounded = NativeBuffer.allocate(polys.rows(i, 1).size())) {
        if (round) {
          FixedPointKernel.fromRing(polys.rows(i, 1), q, RESPONSE_BITS, rounded);
          FixedPointKernel.toRing(rounded, RESPONSE_BITS, q, rounded);
        } else {
          rounded.bytes().put(polys.rows(i, 1).bytes());
        }
        rounded.longs().get(residues[i]);
      }
    }
    return residues;
  }

  /** How many of the results' weights the attack finds, exactly. */
  private int recovered(Form form, View view, long error) {
    LatticeAttack attack = new LatticeAttack(PARAMETERS.modulus(), WEIGHT_BOUND, error);
    long[][] equations = new long[EQUATIONS][UNKNOWNS];
    for (int j = 0; j < EQUATIONS; j++) {
      for (int i = 0; i < UNKNOWNS; i++) {
        equations[j][i] = factor(view.inputs[form.input(i)], form.place(i), j);
      }
    }
    int found = 0;
    for (int result = 0; result < RESULTS; result++) {
      long[] known = Arrays.copyOf(view.outputs[result], EQUATIONS);
      long[] expected = new long[UNKNOWNS];
      for (int i = 0; i < UNKNOWNS; i++) {
        expected[i] = weights[result * UNKNOWNS + i];
      }
      Optional<long[]> solution = attack.solve(equations, known);
      found += solution.isPresent() && Arrays.equals(solution.get(), expected) ? 1 : 0;
    }
    return found;
  }

  /** What a weight at a place is multiplied by where it goes into a coefficient of the product. */
  private static long factor(long[] polynomial, int place, int coefficient) {
    int from = coefficient - place;
    return from >= 0
        ? polynomial[from]
        : Math.floorMod(-polynomial[from + polynomial.length], PARAMETERS.modulus());
  }
}
