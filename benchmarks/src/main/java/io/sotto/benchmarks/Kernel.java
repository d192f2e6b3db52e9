package io.sotto.benchmarks;

import io.sotto.channel.Traffic;
import io.sotto.gc.lookup.LookupForm;
import io.sotto.gc.ot.OtTrees;
import java.util.List;

/**
 * A kernel that is measured, and the limit that the machine sets to it.
 *
 * @param name what {@code sotto bench kernels} calls it
 * @param benchmark class and method of the JMH benchmark
 * @param unit that the result is told in
 * @param scale a result in units of work a second, times this, is one in {@code unit}; if the unit
 *     is a time, it is the other way round: scale divided by the result
 * @param time whether the unit is a time for one piece of work
 * @param limit what the machine is measured by
 * @param cost how much of the limit's work one piece of work takes at least
 * @param why the cost is that
 */
record Kernel(
    String name,
    String benchmark,
    String unit,
    double scale,
    boolean time,
    Limit limit,
    double cost,
    String why) {

  /**
   * Measured in the same run by code that is easy to trust. It is one thread's, under one key and
   * scalar: a kernel on wider instructions may be beyond it.
   */
  enum Limit {
    AES("AES", "M blocks/s", 1e-6),
    COPY("memory copy", "GB/s", 1e-9),
    MULTIPLY("scalar 64-bit multiply-add", "G/s", 1e-9);

    final String title;
    final String unit;
    final double scale;

    Limit(String title, String unit, double scale) {
      this.title = title;
      this.unit = unit;
      this.scale = scale;
    }

    /** The best of these is the limit. */
    List<String> benchmarks() {
      return switch (this) {
        case AES -> List.of("LimitBenchmark.aesJdk", "LimitBenchmark.aesNative");
        case COPY -> List.of("LimitBenchmark.copy");
        case MULTIPLY -> List.of("LimitBenchmark.multiplyAdd");
      };
    }
  }

  /** Multiplications of a number theoretic transform: three each butterfly, by Shoup's method. */
  private static final double TRANSFORM =
      3.0 * CiphertextBenchmark.DEGREE / 2 * CiphertextBenchmark.LOG_DEGREE;

  /** All of them. */
  static List<Kernel> all() {
    return List.of(
        rate("garble", "GarblingBenchmark.garble", "M AND/s", Limit.AES, 4, "4 blocks a gate"),
        rate("evaluate", "GarblingBenchmark.evaluate", "M AND/s", Limit.AES, 2, "2 blocks a gate"),
        rate("ot-send", "GarblingBenchmark.transferSender", "M OT/s", Limit.AES, 4, "4 blocks"),
        rate(
            "ot-receive", "GarblingBenchmark.transferReceiver", "M OT/s", Limit.AES, 4, "4 blocks"),
        relu(
            "relu-21-bits-garbler",
            "ReluBenchmark.garbler",
            2 * (ReluBenchmark.GARBLERS_WIRES + 2) + ReluBenchmark.EVALUATORS_WIRES + 2),
        relu(
            "relu-21-bits-evaluator",
            "ReluBenchmark.evaluator",
            2 * (ReluBenchmark.EVALUATORS_WIRES + 2) + ReluBenchmark.GARBLERS_WIRES + 2),
        product("matrix-dense-845x100", "LinearBenchmark.dense"),
        product("matrix-conv-5x5x5", "LinearBenchmark.convolution"),
        bytes("weights-of-one-image", "PolynomialBenchmark.oneImage"),
        polynomial(
            "products-of-four-images",
            "PolynomialBenchmark.fourImages",
            Limit.MULTIPLY,
            2.0 * PolynomialBenchmark.DEGREE,
            "2 multiply-adds a coefficient"),
        polynomial(
            "transform-weights",
            "PolynomialBenchmark.weights",
            Limit.MULTIPLY,
            TRANSFORM,
            "1 transform"),
        polynomial(
            "expand",
            "PolynomialBenchmark.expand",
            Limit.AES,
            1.4 * PolynomialBenchmark.DEGREE / 2,
            "14 rounds, not 10, for 2 coefficients"),
        ciphertext("encrypt", "EncryptionBenchmark.encrypt", 1),
        ciphertext("re-randomise", "ReRandomiseBenchmark.reRandomise", 3),
        ciphertext("decrypt", "EncryptionBenchmark.decrypt", 2),
        bytes("pack-39-bits", "PackBenchmark.pack"),
        bytes("unpack-39-bits", "PackBenchmark.unpack"),
        bytes("tls-pipe", "PipeBenchmark.tls"));
  }

  private static Kernel rate(
      String name, String benchmark, String unit, Limit limit, double cost, String why) {
    return new Kernel(name, benchmark, unit, 1e-6, false, limit, cost, why);
  }

  /** A side hashes two labels where its own offset is between them, else one. */
  private static Kernel relu(String name, String benchmark, int hashes) {
    int blocks = 4 * ReluBenchmark.TRANSFERS + hashes;
    int many = 1 << 20;
    Traffic traffic =
        new LookupForm(ReluBenchmark.FUNCTION).evaluatorTraffic(many, OtTrees.DEFAULT);
    long bytes = Math.round((traffic.bytesSent() + traffic.bytesReceived()) / (double) many);
    String why = blocks + " blocks, and " + bytes + " bytes on the wire";
    return new Kernel(name, benchmark, "us", 1e6, true, Limit.AES, blocks, why);
  }

  private static Kernel product(String name, String benchmark) {
    return new Kernel(
        name, benchmark, "G multiply-adds/s", 1e-9, false, Limit.MULTIPLY, 1, "1 multiply-add");
  }

  private static Kernel polynomial(
      String name, String benchmark, Limit limit, double cost, String why) {
    return new Kernel(name, benchmark, "us/polynomial", 1e6, true, limit, cost, why);
  }

  private static Kernel ciphertext(String name, String benchmark, int transforms) {
    return new Kernel(
        name,
        benchmark,
        "us/ciphertext",
        1e6,
        true,
        Limit.MULTIPLY,
        transforms * TRANSFORM,
        transforms == 1 ? "1 transform" : transforms + " transforms");
  }

  private static Kernel bytes(String name, String benchmark) {
    return new Kernel(name, benchmark, "GB/s", 1e-9, false, Limit.COPY, 1, "1 byte");
  }

  /** Work a second in this kernel's unit. */
  double inUnit(double perSecond) {
    return time ? scale / perSecond : perSecond * scale;
  }
}
