package io.sotto.converter.linear;

import io.sotto.channel.Traffic;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.WorkUnits;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code v = W x + b} modulo {@code 2^L}, L being the width of the inputs and of the output: exact
 * shares of x in, shares of v in half cells out. x may be several values, one after the other, of
 * any fractions; the output's is what the weights make of them.
 *
 * <p>The shares add up to 2v or to 2v + 1, always, up to a probability of {@code 2^-40} a batch, if
 * {@link io.sotto.ckks.NoiseBound} says that the ring suits the weights. {@link LinearServer} sees
 * to that; that responses are wide enough, which concerns ring and L alone, is checked here.
 *
 * @param ring of the ciphertexts; one coefficient an image
 * @param responseBits k: the server rounds what it sends to {@code 2^k}
 */
public record LinearSpec(
    List<ExactFormat> inputs, HalfCellFormat output, RingParameters ring, int responseBits)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(1, "linear", LinearSpec::read);

  private static final int MAX_DEGREE_BITS = 16;
  private static final int MAX_INPUTS = 64;

  public LinearSpec {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
      throw new IllegalArgumentException(
          "a linear step has %d inputs; allowed are 1..%d".formatted(inputs.size(), MAX_INPUTS));
    }
    int wideBits = inputs.get(0).bits();
    if (!inputs.stream().allMatch(input -> input.bits() == wideBits)) {
      throw new IllegalArgumentException(
          "the inputs of a linear step have one width; given are " + inputs);
    }
    if (inputs.stream().mapToLong(ExactFormat::elements).sum() > ShareFormat.MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "the inputs of a linear step have more than %d elements"
              .formatted(ShareFormat.MAX_ELEMENTS));
    }
    if (wideBits != output.bits()) {
      throw new IllegalArgumentException(
          "a linear step keeps the width of its inputs; given are %d -> %d"
              .formatted(wideBits, output.bits()));
    }
    int least = ParameterPlanner.minShortBits(wideBits, ring.logDegree());
    if (responseBits < least || responseBits > ring.maxShortBits()) {
      throw new IllegalArgumentException(
          "responses have %d bits; allowed are %d, for values of %d, up to the ring's %d"
              .formatted(responseBits, least, wideBits, ring.maxShortBits()));
    }
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  /** Of one value. */
  public LinearSpec(
      ExactFormat input, HalfCellFormat output, RingParameters ring, int responseBits) {
    this(List.of(input), output, ring, responseBits);
  }

  /** L. */
  public int wideBits() {
    return inputs.get(0).bits();
  }

  /** Elements of all inputs together. */
  public int inputElements() {
    return inputs.stream().mapToInt(ExactFormat::elements).sum();
  }

  @Override
  public int maxImages() {
    return ring.degree();
  }

  @Override
  public List<Setup<?, ?>> setups() {
    return List.of(keys());
  }

  /** The keys of its ciphertexts. */
  RingKeys keys() {
    return new RingKeys(ring);
  }

  /** How the upload crosses the channel. */
  UploadMessages upload(int images) {
    return new UploadMessages(ring, inputElements(), images);
  }

  /** How the response crosses the channel. */
  List<ResponseBlock> response(int images) {
    return ResponseBlock.of(this, images);
  }

  /**
   * Bytes that the client takes while the step runs, besides inputs and output; at most. Messages
   * and ciphertexts are gone when the response arrives, of which a block is kept.
   */
  @Override
  public long clientBytes(int images) {
    long polynomials =
        Math.max(
            UploadMessages.clientPolynomials(ring, inputElements()),
            ResponseBlock.most(ring, output.elements()));
    return polynomials * ring.degree() * Long.BYTES;
  }

  /**
   * Bytes that the server takes while the step runs, besides inputs and output; at most: the
   * upload, of first parts only the coefficients in use; and of a block of the response both parts
   * of the sums, the first parts' coefficients in use twice.
   */
  @Override
  public long serverBytes(int images) {
    long upload = (long) inputElements() * (ring.degree() + images);
    int outputs = output.elements();
    long blocks = Math.min(outputs, 2L * ResponseBlock.most(ring, outputs));
    return (upload + blocks * (2L * ring.degree() + images)) * Long.BYTES;
  }

  /** What it encrypts and what it decrypts, a coefficient an image. */
  @Override
  public long work() {
    return ((long) inputElements() + output.elements()) * WorkUnits.COEFFICIENT;
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    return new Traffic(
        upload(images).wireBytes(),
        response(images).stream().mapToLong(ResponseBlock::wireBytes).sum(),
        1);
  }

  @Override
  public void write(SpecWriter out) {
    out.number(inputs.size());
    for (ExactFormat input : inputs) {
      out.number(input.elements()).number(input.fraction());
    }
    out.number(wideBits())
        .number(output.elements())
        .number(output.fraction())
        .number(ring.logDegree())
        .number(ring.modulusBits())
        .number(responseBits);
  }

  private static LinearSpec read(SpecReader in) {
    int arity = in.number("a linear step's number of inputs", 1, MAX_INPUTS);
    int[] elements = new int[arity];
    int[] fractions = new int[arity];
    for (int i = 0; i < arity; i++) {
      elements[i] = in.number("a linear step's inputs", 1, ShareFormat.MAX_ELEMENTS);
      fractions[i] = in.number("a linear step's input fraction", 0, ExactFormat.MAX_BITS);
    }
    int wideBits = in.number("a linear step's width", 2, HalfCellFormat.MAX_BITS);
    List<ExactFormat> inputs = new ArrayList<>();
    for (int i = 0; i < arity; i++) {
      inputs.add(new ExactFormat(elements[i], wideBits, fractions[i]));
    }
    HalfCellFormat output =
        new HalfCellFormat(
            in.number("a linear step's outputs", 1, ShareFormat.MAX_ELEMENTS),
            wideBits,
            in.number("a linear step's output fraction", 0, HalfCellFormat.MAX_BITS));
    RingParameters ring =
        RingParameters.of(
            in.number("a ring's degree", 1, MAX_DEGREE_BITS),
            in.number("a ring's modulus in bits", 1, Long.SIZE));
    return new LinearSpec(inputs, output, ring, in.number("a response's width", 2, Long.SIZE));
  }

  @Override
  public ClientStep client() {
    return new LinearClient(this);
  }
}
