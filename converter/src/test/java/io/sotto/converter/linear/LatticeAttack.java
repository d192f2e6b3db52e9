package io.sotto.converter.linear;

import java.util.Optional;

/**
 * What a curious client would do with c1: find small weights w with {@code sum_i w_i a_i = t (mod
 * q)}, each equation being off by at most a rounding error.
 *
 * <p>Equations with small errors in small unknowns are a close-vector problem; Kannan's embedding
 * makes it a short-vector one, and for some dozen dimensions LLL solves that. With no error at all
 * this is the linear algebra that the unrounded values invite.
 */
final class LatticeAttack {
  private static final double DELTA = 0.99;

  private final long q;
  private final long weightBound;
  private final long error;

  /**
   * @param q the modulus
   * @param weightBound on the magnitude of the weights looked for
   * @param error on the magnitude of each equation's error
   */
  LatticeAttack(long q, long weightBound, long error) {
    this.q = q;
    this.weightBound = weightBound;
    this.error = error;
  }

  /**
   * Looks for the weights of one output.
   *
   * @param equations [equation][input], residues
   * @param targets one residue for each equation
   * @return weights that satisfy all equations within the error, if any were found
   */
  Optional<long[]> solve(long[][] equations, long[] targets) {
    int rows = equations.length;
    int inputs = equations[0].length;
    int dimension = rows + inputs + 1;
    // Columns: the equations' errors, the weights scaled to the errors' size, the embedding.
    long scale = Math.max(1, error / weightBound);
    long[][] basis = new long[dimension][dimension];
    for (int i = 0; i < inputs; i++) {
      for (int row = 0; row < rows; row++) {
        basis[i][row] = equations[row][i];
      }
      basis[i][rows + i] = scale;
    }
    for (int row = 0; row < rows; row++) {
      basis[inputs + row][row] = q;
      basis[dimension - 1][row] = -targets[row];
    }
    basis[dimension - 1][dimension - 1] = Math.max(1, error);
    reduce(basis);
    for (long[] vector : basis) {
      long sign = Long.signum(vector[dimension - 1]);
      if (Math.abs(vector[dimension - 1]) != Math.max(1, error)) {
        continue;
      }
      long[] weights = new long[inputs];
      for (int i = 0; i < inputs; i++) {
        weights[i] = sign * vector[rows + i] / scale;
      }
      if (satisfies(weights, equations, targets)) {
        return Optional.of(weights);
      }
    }
    return Optional.empty();
  }

  private boolean satisfies(long[] weights, long[][] equations, long[] targets) {
    for (int row = 0; row < targets.length; row++) {
      long sum = -targets[row];
      for (int i = 0; i < weights.length; i++) {
        if (Math.abs(weights[i]) > weightBound) {
          return false;
        }
        sum = Math.floorMod(sum + weights[i] * equations[row][i], q);
      }
      if (Math.min(sum, q - sum) > error) {
        return false;
      }
    }
    return true;
  }

  /** LLL (Lenstra, Lenstra, Lovász 1982) with floating-point Gram-Schmidt, made anew as needed. */
  private static void reduce(long[][] basis) {
    int n = basis.length;
    double[][] orthogonal = new double[n][n];
    double[][] mu = new double[n][n];
    double[] norms = new double[n];
    int k = 0;
    while (k < n) {
      orthogonalise(basis, k, orthogonal, mu, norms);
      for (int j = k - 1; j >= 0; j--) {
        long quotient = Math.round(mu[k][j]);
        if (quotient != 0) {
          for (int column = 0; column < n; column++) {
            basis[k][column] = Math.subtractExact(basis[k][column], quotient * basis[j][column]);
          }
          orthogonalise(basis, k, orthogonal, mu, norms);
        }
      }
      if (k > 0 && norms[k] < (DELTA - mu[k][k - 1] * mu[k][k - 1]) * norms[k - 1]) {
        long[] swap = basis[k];
        basis[k] = basis[k - 1];
        basis[k - 1] = swap;
        k--;
      } else {
        k++;
      }
    }
  }

  private static void orthogonalise(
      long[][] basis, int k, double[][] orthogonal, double[][] mu, double[] norms) {
    int n = basis.length;
    for (int column = 0; column < n; column++) {
      orthogonal[k][column] = basis[k][column];
    }
    for (int j = 0; j < k; j++) {
      double product = 0;
      for (int column = 0; column < n; column++) {
        product += basis[k][column] * orthogonal[j][column];
      }
      mu[k][j] = product / norms[j];
    }
    for (int j = 0; j < k; j++) {
      for (int column = 0; column < n; column++) {
        orthogonal[k][column] -= mu[k][j] * orthogonal[j][column];
      }
    }
    norms[k] = 0;
    for (int column = 0; column < n; column++) {
      norms[k] += orthogonal[k][column] * orthogonal[k][column];
    }
  }
}
