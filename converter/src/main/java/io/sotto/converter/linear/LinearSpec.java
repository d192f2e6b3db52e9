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
import java.util.stream.IntStream;

/**
 * {@code v = W x + b} modulo {@code 2^L}, L being the width of the inputs and of the output: exact
 * shares of x in, shares of v in half cells out. x may be several values, one after the other, of
 * any fractions; the output's is what the weights make of them.
 *
 * <p>The shares add up to 2v or to 2v + 1, always, up to a probability of {@code 2^-40} a batch, if
 * {@link io.sotto.ckks.NoiseBound} says that the ring suits the weights. {@link LinearServer} sees
 * to that; that responses are wide enough, which concerns ring and L alone, is checked here.
 *
 * @param ring of the ciphertexts
 * @param responseBits k: the server rounds what it sends to {@code 2^k}
 * @param arrangements how elements and images lie in ciphertexts, for batches from one image on
 */
public record LinearSpec(
    List<ExactFormat> inputs,
    HalfCellFormat output,
    RingParameters ring,
    int responseBits,
    List<Arrangement> arrangements)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(1, "linear", LinearSpec::read);

  private static final int MAX_DEGREE_BITS = 16;
  private static final int MAX_INPUTS = 64;
  private static final int MAX_ARRANGEMENTS = 16;

  /**
   * A layout for batches of so many images and more, up to where the next one's begin.
   *
   * @param from images
   */
  public record Arrangement(int from, Layout layout) {}

  public LinearSpec {
    inputs = List.copyOf(inputs);
    arrangements = List.copyOf(arrangements);
    requireInOrder(arrangements, ring);
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
    int elements = inputs.stream().mapToInt(ExactFormat::elements).sum();
    for (Arrangement arrangement : arrangements) {
      arrangement.layout.requireFor(ring, elements, output.elements());
    }
    int least = ParameterPlanner.minShortBits(wideBits, ring.logDegree());
    if (responseBits < least || responseBits > ring.maxShortBits()) {
      throw new IllegalArgumentException(
          "responses have %d bits; allowed are %d, for values of %d, up to the ring's %d"
              .formatted(responseBits, least, wideBits, ring.maxShortBits()));
    }
  }

  private static void requireInOrder(List<Arrangement> arrangements, RingParameters ring) {
    if (arrangements.isEmpty() || arrangements.size() > MAX_ARRANGEMENTS) {
      throw new IllegalArgumentException(
          "a linear step has %d layouts; allowed are 1..%d"
              .formatted(arrangements.size(), MAX_ARRANGEMENTS));
    }
    int before = 0;
    for (Arrangement arrangement : arrangements) {
      boolean first = before == 0;
      if (arrangement.from <= before
          || (first && arrangement.from != 1)
          || arrangement.from > ring.degree()) {
        throw new IllegalArgumentException(
            "a layout is for batches from %d images on, after one from %d; allowed are 1, then more, up to %d"
                .formatted(arrangement.from, before, ring.degree()));
      }
      before = arrangement.from;
    }
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  /** With an image a coefficient, whatever the batch. */
  public LinearSpec(
      List<ExactFormat> inputs, HalfCellFormat output, RingParameters ring, int responseBits) {
    this(
        inputs,
        output,
        ring,
        responseBits,
        List.of(new Arrangement(1, batch(inputs, output, ring))));
  }

  /** Of one value. */
  public LinearSpec(
      ExactFormat input, HalfCellFormat output, RingParameters ring, int responseBits) {
    this(List.of(input), output, ring, responseBits);
  }

  private static BatchLayout batch(
      List<ExactFormat> inputs, HalfCellFormat output, RingParameters ring) {
    return new BatchLayout(
        ring, inputs.stream().mapToInt(ExactFormat::elements).sum(), output.elements());
  }

  /** The same step with other layouts. */
  public LinearSpec with(List<Arrangement> others) {
    return new LinearSpec(inputs, output, ring, responseBits, others);
  }

  /** How elements and images of a batch of so many lie. */
  public Layout arranged(int images) {
    Layout layout = arrangements.get(0).layout;
    for (Arrangement arrangement : arrangements) {
      layout = arrangement.from <= images ? arrangement.layout : layout;
    }
    return layout;
  }

  @Override
  public String layout(int images) {
    return arranged(images).name();
  }

  /** The sizes of batches up to one at which some layout has most to do. */
  private IntStream sizes(int images) {
    return IntStream.range(0, arrangements.size())
        .filter(i -> arrangements.get(i).from <= images)
        .map(
            i ->
                i + 1 < arrangements.size()
                    ? Math.min(images, arrangements.get(i + 1).from - 1)
                    : images);
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
    Layout layout = arranged(images);
    return new UploadMessages(
        ring, layout.uploads(images), layout.used(images), layout.uploadsAtOnce());
  }

  /** How the response crosses the channel. */
  List<? extends ResponseBlock> response(int images) {
    return arranged(images).response(ring, responseBits, images);
  }

  /**
   * Bytes that the client takes while the step runs, besides inputs and output; at most. Messages
   * and ciphertexts are gone when the response arrives, of which a block is kept.
   */
  @Override
  public long clientBytes(int images) {
    return sizes(images).mapToLong(this::clientBytesFor).max().orElse(0);
  }

  private long clientBytesFor(int images) {
    Layout layout = arranged(images);
    long messages = upload(images).clientPolynomials() * (long) ring.degree();
    long block = layout.resultsAtOnce(ring, images) * ring.degree();
    return Math.max(messages + copied(layout, images), block) * Long.BYTES;
  }

  /**
   * Bytes that the server takes while the step runs, besides inputs and output; at most: the
   * upload, of first parts the coefficients in use, and for products of polynomials all of them,
   * beside these if they are fewer; and of two blocks of the response both parts of the sums, the
   * coefficients in use twice.
   */
  @Override
  public long serverBytes(int images) {
    return sizes(images).mapToLong(this::serverBytesFor).max().orElse(0);
  }

  private long serverBytesFor(int images) {
    Layout layout = arranged(images);
    boolean batch = layout instanceof BatchLayout;
    long used = layout.used(images);
    long first = batch || used == ring.degree() ? used : ring.degree() + used;
    long upload = layout.uploads(images) * (ring.degree() + first);
    long blocks = Math.min(layout.results(images), 2 * layout.resultsAtOnce(ring, images));
    long sums = blocks * (2L * ring.degree() + (batch ? images : ring.degree()));
    return (upload + copied(layout, images) + sums) * Long.BYTES;
  }

  /** Bytes of the weights that one block of the response takes in evaluation form, at most. */
  long weightBytesOfBlock(int images) {
    return arrangements.stream()
        .filter(arrangement -> arrangement.from <= images)
        .mapToLong(a -> a.layout instanceof TileLayout tiles ? tiles.weightsAtOnce() : 0)
        .map(weights -> weights * ring.degree() * Long.BYTES)
        .max()
        .orElse(0);
  }

  private long copied(Layout layout, int images) {
    return layout.copied(inputs.size(), inputElements(), images);
  }

  /** The tables of places. */
  @Override
  public long sessionBytes() {
    return arrangements.stream().mapToLong(a -> a.layout.tableBytes()).sum();
  }

  /** What it encrypts and what it decrypts. */
  @Override
  public long work() {
    double most = 0;
    for (Arrangement arrangement : arrangements) {
      double coefficients =
          arrangement.layout instanceof BatchLayout
              ? arrangement.layout.ciphertexts(ring.degree())
              : (double) arrangement.layout.ciphertexts(arrangement.from)
                  * ring.degree()
                  / arrangement.from;
      most = Math.max(most, coefficients);
    }
    return (long) (most * WorkUnits.COEFFICIENT);
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
        .number(responseBits)
        .number(arrangements.size());
    for (Arrangement arrangement : arrangements) {
      out.number(arrangement.from);
      arrangement.layout.write(out);
    }
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
    int responseBits = in.number("a response's width", 2, Long.SIZE);
    BatchLayout batch = batch(inputs, output, ring);
    int count = in.number("a linear step's layouts", 1, MAX_ARRANGEMENTS);
    List<Arrangement> arrangements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = in.number("a layout's smallest batch", 1, ring.degree());
      arrangements.add(
          new Arrangement(
              from,
              in.number("a layout's kind", BatchLayout.CODE, TileLayout.CODE) == BatchLayout.CODE
                  ? batch
                  : TileLayout.read(in, ring.degree(), batch.inputs(), batch.outputs())));
    }
    return new LinearSpec(inputs, output, ring, responseBits, arrangements);
  }

  @Override
  public ClientStep client() {
    return new LinearClient(this);
  }
}
