package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_pointwise_sums;

/**
 * Sums of pointwise products of polynomials in NTT form, for both parts of ciphertexts at once.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}. Which polynomials are multiplied
 * is public. What is refused is refused before anything is written.
 */
public final class PointwiseKernel {
  private static final CallStruct<sotto_pointwise_sums> SUMS =
      new CallStruct<>(sotto_pointwise_sums::new);

  private PointwiseKernel() {}

  /**
   * Which products make up which result, in int32: result r has the terms {@code starts[r]} to
   * {@code starts[r + 1] - 1}, and term t is weight {@code weight[t]} times input {@code input[t]}.
   * A result without terms is zero.
   *
   * @param starts one more than there are results; a part of them gives a range of the results
   */
  public record Terms(int results, NativeBuffer starts, NativeBuffer input, NativeBuffer weight) {
    /** Any number of results. */
    public Terms {
      if (results < 0) {
        throw new IllegalArgumentException(results + " results; give 0 or more");
      }
    }

    private long count() {
      return Math.min(input.size(), weight.size()) / Integer.BYTES;
    }
  }

  /**
   * The sums of several groups of inputs by the same weights.
   *
   * @param q an odd modulus of 20 to 60 bits
   * @param n coefficients of a polynomial, a multiple of 32
   * @param inputs polynomials of a group
   * @param first of the coefficients that are computed, a multiple of 32
   * @param columns so many of them, as well a multiple of 32
   */
  public record Sums(long q, int n, int groups, int inputs, Terms terms, int first, int columns) {
    /** Any number of groups and inputs. */
    public Sums {
      if (n < 1 || groups < 0 || inputs < 0) {
        throw new IllegalArgumentException(
            groups + " groups of " + inputs + " polynomials of " + n + " coefficients");
      }
    }

    /** All coefficients. */
    public Sums(long q, int n, int groups, int inputs, Terms terms) {
      this(q, n, groups, inputs, terms, 0, n);
    }

    /** The same, some of the coefficients. */
    public Sums part(int firstColumn, int count) {
      return new Sums(q, n, groups, inputs, terms, firstColumn, count);
    }

    private long bytes(int ofGroup) {
      long polynomials = (long) groups * ofGroup;
      return Math.multiplyExact(polynomials, polynomialBytes());
    }

    private long polynomialBytes() {
      return n * (long) Long.BYTES;
    }

    private sotto_pointwise_sums struct(NativeBuffer weights) {
      return SUMS.get()
          .q(q)
          .n(n)
          .groups(groups)
          .inputs(inputs)
          .weights(weights.size() / polynomialBytes())
          .results(terms.results)
          .terms(terms.count())
          .starts(terms.starts.pointer("starts", (terms.results + 1L) * Integer.BYTES))
          .input(terms.input.pointer())
          .weight(terms.weight.pointer())
          .first(first)
          .columns(columns);
    }
  }

  /**
   * out[g * results + r] = sum over the terms t of r: weights[weight[t]] * in[g * inputs +
   * input[t]] mod q, coefficient by coefficient, in [0, q); others than the sums' coefficients stay
   * as they are.
   *
   * @param in0 the inputs' first parts, group by group, residues in [0, q)
   * @param in1 their second parts
   * @param weights polynomials of residues in [0, q)
   * @param out0 the results' first parts, group by group; memory apart from all other buffers
   * @param out1 their second parts, as much apart
   */
  public static void accumulate(
      Sums sums,
      NativeBuffer in0,
      NativeBuffer in1,
      NativeBuffer weights,
      NativeBuffer out0,
      NativeBuffer out1) {
    long inBytes = sums.bytes(sums.inputs);
    long outBytes = sums.bytes(sums.terms.results);
    Overlap.refuseAny("out0", out0, "out1", out1);
    for (NativeBuffer input : new NativeBuffer[] {in0, in1, weights}) {
      if (out0.overlaps(input) || out1.overlaps(input)) {
        throw new IllegalArgumentException(
            "out0 or out1 shares memory with an input; give it memory of its own");
      }
    }
    NativeCall.check(
        NativeFacade.sotto_pointwise_accumulate(
            sums.struct(weights),
            in0.pointer("in0", inBytes),
            in1.pointer("in1", inBytes),
            weights.pointer(),
            out0.pointer("out0", outBytes),
            out1.pointer("out1", outBytes)));
  }
}
