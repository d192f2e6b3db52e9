package io.sotto.baselines.messages;

import io.sotto.baselines.slots.SlotParameters;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import java.util.ArrayList;
import java.util.List;

/** The parameters of ciphertexts with slots, as plans have them. */
public final class SlotParametersCodec {
  private static final int MIN_LOG_DEGREE = 10;
  private static final int MAX_LOG_DEGREE = 15;
  private static final int MAX_PRIMES = 64;

  private SlotParametersCodec() {}

  /** Degree, scale and primes of ciphertexts with slots. */
  public static void write(SlotParameters parameters, SpecWriter out) {
    out.number(parameters.logDegree())
        .number(parameters.scaleBits())
        .number(parameters.primeBits().size());
    parameters.primeBits().forEach(out::number);
  }

  /** What {@link #write} wrote; refused below 128-bit security. */
  public static SlotParameters read(SpecReader in) {
    int logDegree = in.number("the degree of slots", MIN_LOG_DEGREE, MAX_LOG_DEGREE);
    int scaleBits = in.number("the scale of slots", 1, Long.SIZE);
    int primes = in.number("the number of primes of slots", 2, MAX_PRIMES);
    List<Integer> bits = new ArrayList<>();
    for (int i = 0; i < primes; i++) {
      bits.add(in.number("a prime's length", 1, Long.SIZE));
    }
    return new SlotParameters(logDegree, bits, scaleBits, SlotParameters.Security.BITS_128);
  }
}
