package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.WideFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.PackedMessages;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.channel.Traffic;
import java.util.List;

/**
 * {@code y = W x + b}, rescaled: wide shares of x in, narrow shares of y out.
 *
 * <p>The products live modulo {@code 2^L}, L being the input's width; y keeps the top m of those L
 * bits, m being the output's width. L - m bits of scale are dropped, by each party alone.
 *
 * @param ring of the ciphertexts; one coefficient an image
 * @param responseBits k: the server rounds what it sends to {@code 2^k}
 */
public record LinearSpec(
    WideFormat input, NarrowFormat output, RingParameters ring, int responseBits)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(1, "linear", LinearSpec::read);

  private static final int MAX_DEGREE_BITS = 16;

  public LinearSpec {
    if (input.bits() < output.bits()) {
      throw new IllegalArgumentException(
          "a linear step drops bits; given are %d -> %d".formatted(input.bits(), output.bits()));
    }
    if (responseBits < output.bits() || responseBits > ring.maxShortBits()) {
      throw new IllegalArgumentException(
          "responses have %d bits; allowed are the output's %d up to the ring's %d"
              .formatted(responseBits, output.bits(), ring.maxShortBits()));
    }
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public List<ShareFormat> inputs() {
    return List.of(input);
  }

  /** How the upload crosses the channel. */
  UploadMessages upload() {
    return new UploadMessages(ring, input.elements());
  }

  /** The first parts of the response, only the coefficients that belong to an image. */
  PackedMessages responseC0(int images) {
    return new PackedMessages(
        MessageKinds.RESPONSE_C0, responseBits, Math.multiplyExact(output.elements(), images));
  }

  /** The second parts of the response, whole. */
  PackedMessages responseC1() {
    return new PackedMessages(
        MessageKinds.RESPONSE_C1,
        responseBits,
        Math.multiplyExact(output.elements(), ring.degree()));
  }

  @Override
  public Traffic clientTraffic(int images) {
    return new Traffic(
        upload().wireBytes(), responseC0(images).wireBytes() + responseC1().wireBytes(), 1);
  }

  @Override
  public void write(SpecWriter out) {
    out.number(input.elements())
        .number(input.bits())
        .number(input.fraction())
        .number(output.elements())
        .number(output.bits())
        .number(output.fraction())
        .number(ring.logDegree())
        .number(ring.modulusBits())
        .number(responseBits);
  }

  private static LinearSpec read(SpecReader in) {
    WideFormat input =
        new WideFormat(
            in.number("a linear step's inputs", 1, ShareFormat.MAX_ELEMENTS),
            in.number("a linear step's input width", 2, WideFormat.MAX_BITS),
            in.number("a linear step's input fraction", 0, WideFormat.MAX_BITS));
    NarrowFormat output =
        new NarrowFormat(
            in.number("a linear step's outputs", 1, ShareFormat.MAX_ELEMENTS),
            in.number("a linear step's output width", 2, NarrowFormat.MAX_BITS),
            in.number("a linear step's output fraction", 0, NarrowFormat.MAX_BITS));
    RingParameters ring =
        RingParameters.of(
            in.number("a ring's degree", 1, MAX_DEGREE_BITS),
            in.number("a ring's modulus in bits", 1, Long.SIZE));
    return new LinearSpec(input, output, ring, in.number("a response's width", 2, Long.SIZE));
  }

  @Override
  public ClientStep client() {
    return new LinearClient(this);
  }
}
