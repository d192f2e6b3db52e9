package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PointwiseKernel;
import io.sotto.natives.PointwiseKernel.Sums;
import io.sotto.natives.PointwiseKernel.Terms;
import io.sotto.natives.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A linear map of polynomials with small integer coefficients: each result is a sum of inputs, each
 * times a weight polynomial, in Z[X]/(X^N+1). A product with one polynomial is as many
 * multiplications and additions as it has coefficients, for every coefficient of the input, which a
 * {@link LinearMap} would do one by one.
 *
 * <p>Weights multiply in evaluation form. That is kept once it was made, if the {@link
 * WeightsMemory} has room for it, else it is made for each use.
 *
 * <p><b>Security.</b> Holds the model's weights. Time and memory accesses depend on which
 * polynomials there are and which of their coefficients are given, which follows from shapes; zeros
 * are multiplied like others. Weights in native memory are wiped when closed.
 *
 * <p><b>Threading.</b> May be applied by many threads, each of which asks those of the common pool
 * for help; closed once.
 *
 * <p><b>Failure.</b> A map that isn't one is refused by {@link Builder#build}; the wrong number of
 * inputs is an {@link IllegalArgumentException}.
 */
public final class PolynomialMap implements CiphertextMap {
  private static final long INT = Integer.BYTES;

  /** Products of a coefficient that another thread is worth asking for. */
  private static final long WORTH_SHARING = 1L << 18;

  /** As many as there are cores, a power of two so that each has whole lines of coefficients. */
  private static final int PARTS =
      Math.min(8, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

  private final int degree;
  private final int inputs;
  private final List<Term> terms;

  /** Where each result's terms start, and where the last one's end. */
  private final int[] starts;

  /** The same, the terms' inputs, and their numbers, for the kernel. */
  private final NativeBuffer nativeStarts;

  private final NativeBuffer nativeInputs;
  private final NativeBuffer numbers;

  private final double maxL1Norm;
  private final double maxL2Norm;
  private final EvaluatedWeights weights;

  private PolynomialMap(Builder builder, WeightsMemory memory) {
    this.degree = builder.degree;
    this.inputs = builder.inputs;
    this.terms = List.copyOf(builder.terms);
    this.starts = builder.starts.stream().mapToInt(Integer::intValue).toArray();
    this.maxL1Norm = builder.maxL1Norm;
    this.maxL2Norm = builder.maxL2Norm;
    this.weights = new EvaluatedWeights(degree, terms, memory);
    this.nativeStarts = ints(starts);
    this.nativeInputs = ints(terms.stream().mapToInt(Term::input).toArray());
    this.numbers = ints(IntStream.range(0, terms.size()).toArray());
  }

  private static NativeBuffer ints(int[] values) {
    NativeBuffer buffer = NativeBuffer.allocate(Math.max(1, values.length) * INT);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }

  /** Collects the results of a map, in order. */
  public static final class Builder {
    private final int degree;
    private final int inputs;
    private final int window;
    private final int span;
    private final List<Term> terms = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>(List.of(0));

    private final SharedArrays knownPlaces = new SharedArrays();

    /** For each place the last term that was given with it, counted from 1. */
    private final int[] lastTerms;

    /** For each input the last result that has it, the same. */
    private final int[] lastResults;

    private int given;

    private double maxL1Norm;
    private double maxL2Norm;

    /**
     * @param window coefficients of an input, from the first of each span on, that ever hold a
     *     number that isn't zero
     * @param span how far apart what inputs hold begins: N, or a part of it if they hold several
     */
    public Builder(int degree, int inputs, int window, int span) {
      if (inputs < 1 || window < 1 || window > span || span > degree) {
        throw new IllegalArgumentException(
            "%d inputs with %d of %d coefficients in use, in a ring of degree %d"
                .formatted(inputs, window, span, degree));
      }
      this.degree = degree;
      this.inputs = inputs;
      this.window = window;
      this.span = span;
      this.lastTerms = new int[span];
      this.lastResults = new int[inputs];
    }

    /**
     * Adds a product to the result that is made, one for an input.
     *
     * @param places coefficients of the weight polynomial, each once, all below the span
     * @param weights one for each place, strictly within plus and minus {@link
     *     WeightMatrix#WEIGHT_BOUND}
     */
    public Builder term(int input, int[] places, int[] weights) {
      if (input < 0 || input >= inputs || places.length != weights.length || places.length == 0) {
        throw new IllegalArgumentException("a product takes an input and has weights");
      }
      if (lastResults[input] == starts.size()) {
        throw new IllegalArgumentException(
            "a result has two products of input %d; give one, of the sum".formatted(input));
      }
      given++;
      for (int place : places) {
        if (place < 0 || place >= span || lastTerms[place] == given) {
          throw new IllegalArgumentException(
              "coefficient %d of a weight polynomial; allowed are 0..%d, each once"
                  .formatted(place, span - 1));
        }
        lastTerms[place] = given;
      }
      WeightMatrix.requireBound(weights);
      lastResults[input] = starts.size();
      terms.add(new Term(input, knownPlaces.shared(places), weights));
      return this;
    }

    /** Ends a result; the next terms belong to the next one. */
    public Builder endResult() {
      int first = starts.get(starts.size() - 1);
      double[] sums = new double[span];
      double squares = 0;
      for (Term term : terms.subList(first, terms.size())) {
        for (int i = 0; i < term.places().length; i++) {
          double weight = term.weights()[i];
          sums[term.places()[i]] += Math.abs(weight);
          squares += weight * weight;
        }
      }
      maxL1Norm = Math.max(maxL1Norm, largestWindow(sums));
      maxL2Norm = Math.max(maxL2Norm, Math.sqrt(squares));
      starts.add(terms.size());
      return this;
    }

    /** What a coefficient of a result meets of weights whose input isn't always zero. */
    private double largestWindow(double[] sums) {
      double sum = 0;
      for (int i = 0; i < window; i++) {
        sum += sums[i];
      }
      double largest = sum;
      for (int i = 0; i + 1 < span; i++) {
        sum += sums[(i + window) % span] - sums[i];
        largest = Math.max(largest, sum);
      }
      return largest;
    }

    public PolynomialMap build(WeightsMemory memory) {
      if (starts.get(starts.size() - 1) != terms.size() || starts.size() < 2) {
        throw new IllegalArgumentException("a map has results, and every product is part of one");
      }
      return new PolynomialMap(this, memory);
    }
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int results() {
    return starts.length - 1;
  }

  /** Takes the memory for weights in evaluation form now, if there is room. */
  public void reserve() {
    weights.reserve();
  }

  /** Products of polynomials, for one group of inputs. */
  public int products() {
    return terms.size();
  }

  @Override
  public double maxL1Norm() {
    return maxL1Norm;
  }

  @Override
  public double maxL2Norm() {
    return maxL2Norm;
  }

  @Override
  public Results on(InputBlock upload, Scope scope) {
    NttPolys c0 = scope.own(upload.takeC0Ntt());
    return part -> apply(c0, upload.c1(), part);
  }

  /**
   * Results of the map applied to groups of ciphertexts.
   *
   * @param c0 the first parts, group by group
   */
  public Accumulated apply(NttPolys c0, NttPolys c1, Part part) {
    if (c0.count() != c1.count() || c0.count() % inputs != 0) {
      throw new IllegalArgumentException(
          "%d and %d parts of ciphertexts given to a map of %d inputs"
              .formatted(c0.count(), c1.count(), inputs));
    }
    part.requireOf(c0.count() / inputs, results());
    Ring ring = c0.ring();
    ring.requireSame(c1.ring());
    if (ring.degree() != degree) {
      throw new IllegalArgumentException(
          "ciphertexts of degree %d given to a map of degree %d".formatted(ring.degree(), degree));
    }
    NttPolys out0 = NttPolys.allocate(ring, part.ciphertexts());
    NttPolys out1 = null;
    try {
      out1 = NttPolys.allocate(ring, part.ciphertexts());
      accumulate(c0, c1, part, out0, out1);
      return new Accumulated(out0.toCoefficients(), out1);
    } catch (RuntimeException | Error e) {
      out0.close();
      if (out1 != null) {
        out1.close();
      }
      throw e;
    }
  }

  private void accumulate(NttPolys c0, NttPolys c1, Part part, NttPolys out0, NttPolys out1) {
    int first = part.first();
    int count = part.count();
    int from = starts[first];
    int to = starts[first + count];
    NativeBuffer in0 = groups(c0, part);
    NativeBuffer in1 = groups(c1, part);
    NativeBuffer all = weights.kept(c0.ring());
    if (all != null) {
      NativeBuffer ends = nativeStarts.slice(first * INT, (count + 1L) * INT);
      Terms terms = new Terms(count, ends, nativeInputs, numbers);
      multiply(sums(c0, part, terms), to - from, in0, in1, all, out0, out1);
    } else if (from < to) {
      int[] shifted = Arrays.copyOfRange(starts, first, first + count + 1);
      Arrays.setAll(shifted, i -> shifted[i] - from);
      try (NativeBuffer some = weights.transformed(c0.ring(), from, to);
          NativeBuffer ends = ints(shifted)) {
        NativeBuffer taken = nativeInputs.slice(from * INT, (to - from) * INT);
        Terms terms = new Terms(count, ends, taken, numbers);
        multiply(sums(c0, part, terms), to - from, in0, in1, some, out0, out1);
      }
    }
  }

  private Sums sums(NttPolys c0, Part part, Terms terms) {
    return new Sums(c0.ring().modulus(), degree, part.groups(), inputs, terms);
  }

  private NativeBuffer groups(NttPolys all, Part part) {
    long bytes = inputs * (long) degree * Long.BYTES;
    return all.buffer().slice(part.firstGroup() * bytes, part.groups() * bytes);
  }

  /** Coefficients are independent: cores share them if there is enough to do. */
  private static void multiply(
      Sums sums,
      long products,
      NativeBuffer in0,
      NativeBuffer in1,
      NativeBuffer evaluated,
      NttPolys out0,
      NttPolys out1) {
    int parts = products * sums.groups() * sums.n() < WORTH_SHARING ? 1 : PARTS;
    int columns = sums.n() / parts;
    AllCores.each(
        parts,
        part ->
            PointwiseKernel.accumulate(
                sums.part(part * columns, columns),
                in0,
                in1,
                evaluated,
                out0.buffer(),
                out1.buffer()));
  }

  /**
   * The twin of {@link #apply} in the clear, modulo 2^64.
   *
   * @param values N numbers for each input
   * @return N numbers for each result
   */
  public long[] applyPlain(long[] values) {
    if (values.length != inputs * degree) {
      throw new IllegalArgumentException(
          "%d numbers given for %d polynomials".formatted(values.length, inputs));
    }
    long[] out = new long[results() * degree];
    for (int result = 0; result < results(); result++) {
      for (Term term : terms.subList(starts[result], starts[result + 1])) {
        term.addTo(out, result * degree, values, degree);
      }
    }
    return out;
  }

  @Override
  public void close() {
    weights.close();
    nativeStarts.close();
    nativeInputs.close();
    numbers.close();
    terms.forEach(term -> Arrays.fill(term.weights(), 0));
  }

  @Override
  public String toString() {
    return "PolynomialMap[%d -> %d, %d products]".formatted(inputs, results(), products());
  }
}
