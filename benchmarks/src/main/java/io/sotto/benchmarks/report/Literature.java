package io.sotto.benchmarks.report;

import java.util.List;

/**
 * What others print about MNIST.
 *
 * @param accuracy in percent
 * @param latencySeconds of one run, whatever it holds
 * @param imagesPerSecond amortised over a run
 * @param source where it is printed, and on what hardware
 */
record Literature(
    String system, String accuracy, String latencySeconds, String imagesPerSecond, String source) {

  /** As printed; networks and hardware differ from system to system. */
  static List<Literature> all() {
    return List.of(
        row(
            "CryptoNets",
            "98.95",
            "250",
            "16.4",
            "Gilad-Bachrach and others, ICML 2016; one desktop computer"),
        row(
            "Chameleon",
            "99.00",
            "2.24",
            "1.0",
            "Riazi and others, AsiaCCS 2018; a third party helps offline"),
        row("CryptoDL", "99.52", "320", "45.5", "Hesamifard, Takabi, Ghasemi, 2017"),
        row(
            "GAZELLE",
            "98.95",
            "0.03",
            "33.3",
            "Juvekar, Vaikuntanathan, Chandrakasan, USENIX Security 2018"),
        row("SecureNN", "99.00", "0.08", "49.2", "Wagh, Gupta, Chandran, PETS 2019; three parties"),
        row(
            "XONN",
            "98.64",
            "0.16",
            "6.2",
            "Riazi and others, USENIX Security 2019; binary network"),
        row(
            "nGraph-HE2",
            "98.62",
            "0.69",
            "2,959",
            "Boemer and others, WAHC 2019; 24 threads, shows the client all intermediate values"),
        row("CrypTFlow", "99.31", "0.03", "33.3", "Kumar and others, IEEE S&P 2020; three parties"),
        row(
            "MP2ML",
            "98.60",
            "6.79",
            "33.3",
            "Boemer and others, ARES 2020; two parties, as here"));
  }

  private static Literature row(
      String system, String accuracy, String latency, String rate, String source) {
    return new Literature(system, accuracy, latency, rate, source);
  }
}
