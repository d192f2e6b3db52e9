package io.sotto.converter.linear;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An honest-but-curious client tries to learn the weights from a response, which is c1 and nothing
 * else: it knows the c1 of its own ciphertexts, and without re-randomisation the response is their
 * combination with the weights. The variant without re-randomisation exists here only.
 */
@ExtendWith(LeakCheck.class)
class WeightRecoveryAttackTest {
  private static final RingParameters PARAMETERS = RingParameters.of(11, 42);
  private static final int RESPONSE_BITS = 30;
  private static final int INPUTS = 8;
  private static final int OUTPUTS = 5;
  private static final int WEIGHT_BOUND = 1 << 10;
  private static final int EQUATIONS = 12;
  private static final long SEED = 42;

  private final SecureRandom random = new SecureRandom();
  private final int[] weights =
      new Random(SEED).ints(INPUTS * OUTPUTS, 1 - WEIGHT_BOUND, WEIGHT_BOUND).toArray();

  @Test
  void withoutReRandomisationUnroundedResponsesGiveTheWeights() {
    assertThat(recovered(response(false, false), 1)).isEqualTo(OUTPUTS);
  }

  @Test
  void withoutReRandomisationRoundedResponsesGiveTheWeights() {
    assertThat(recovered(response(false, true), roundingError())).isEqualTo(OUTPUTS);
  }

  @Test
  void responsesAsTheyAreSentGiveNoWeight() {
    assertThat(recovered(response(true, true), roundingError())).isZero();
  }

  @Test
  void evenUnroundedReRandomisedResponsesGiveNoWeight() {
    assertThat(recovered(response(true, false), roundingError())).isZero();
  }

  private static long roundingError() {
    return PARAMETERS.modulus() >> RESPONSE_BITS;
  }

  /** What the client sees: c1 of its inputs and of the outputs, as residues modulo q. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record View(long[][] inputs, long[][] outputs) {}

  private View response(boolean reRandomise, boolean round) {
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(PARAMETERS));
      SecretKey secretKey = scope.own(SecretKey.generate(ring, random));
      PublicKey publicKey = scope.own(PublicKey.generate(secretKey, random));
      LinearMap map = scope.own(LinearMap.dense(INPUTS, WeightMatrix.of(OUTPUTS, weights)));
      CoefficientPolys message = scope.own(uniform(ring));
      SeededUpload upload = scope.own(SeededUpload.encrypt(secretKey, message, random));
      ByteBuffer wire = ByteBuffer.allocate((int) SeededUpload.wireBytes(PARAMETERS, INPUTS));
      upload.write(wire);
      InputBlock block = scope.own(InputBlock.read(ring, INPUTS, wire.flip()));
      Accumulated result = scope.own(map.apply(block));
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

  private CoefficientPolys uniform(Ring ring) {
    CoefficientPolys polys = CoefficientPolys.allocate(ring, INPUTS);
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

  /**
   * The first coefficients of each polynomial; rounded to k bits and scaled up again if asked for.
   */
  private static long[][] residues(CoefficientPolys polys, boolean round) {
    long q = PARAMETERS.modulus();
    long[][] residues = new long[polys.count()][EQUATIONS];
    for (int i = 0; i < residues.length; i++) {
      try (NativeBuffer rounded = NativeBuffer.allocate(polys.rows(i, 1).size())) {
        if (round) {
          FixedPointKernel.fromRing(polys.rows(i, 1), q, RESPONSE_BITS, rounded);
          FixedPointKernel.toRing(rounded, RESPONSE_BITS, q, rounded);
        } else {
          rounded.bytes().put(polys.rows(i, 1).bytes());
        }
        LongBuffer words = rounded.longs();
        for (int j = 0; j < EQUATIONS; j++) {
          residues[i][j] = words.get(j);
        }
      }
    }
    return residues;
  }

  /** How many of the outputs' rows of weights the attack finds, exactly. */
  private int recovered(View view, long error) {
    LatticeAttack attack = new LatticeAttack(PARAMETERS.modulus(), WEIGHT_BOUND, error);
    long[][] equations = new long[EQUATIONS][INPUTS];
    for (int j = 0; j < EQUATIONS; j++) {
      for (int i = 0; i < INPUTS; i++) {
        equations[j][i] = view.inputs[i][j];
      }
    }
    List<Integer> found = new ArrayList<>();
    for (int output = 0; output < OUTPUTS; output++) {
      Optional<long[]> solution = attack.solve(equations, view.outputs[output]);
      if (solution.isPresent() && matches(solution.get(), output)) {
        found.add(output);
      }
    }
    return found.size();
  }

  private boolean matches(long[] solution, int output) {
    for (int i = 0; i < INPUTS; i++) {
      if (solution[i] != weights[output * INPUTS + i]) {
        return false;
      }
    }
    return true;
  }
}
