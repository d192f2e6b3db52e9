package io.sotto.samples.chapters;

import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.lookup.LookupForm;
import io.sotto.gc.lookup.LookupSide;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Chapter 4: a ReLU of numbers that nobody has, between two threads. Of each number v one side has
 * a, the other b, with a + b = v modulo 2^12; afterwards they have shares of max(0, v).
 */
final class Chapter4Relu implements Chapter {
  private static final long[] NUMBERS = {-1500, -1, 0, 1, 42, 2000};
  private static final int BITS = 12;
  private static final LookupForm FORM = new LookupForm(ShareFunction.relu(0, BITS, BITS));

  private final SecureRandom random = new SecureRandom();

  @Override
  public void tell(PrintWriter out) {
    try (Scope scope = new Scope()) {
      long[] a = random.longs(NUMBERS.length, 0, 1L << BITS).toArray();
      long[] b = new long[NUMBERS.length];
      Arrays.setAll(b, i -> NUMBERS[i] - a[i] & (1L << BITS) - 1);
      NativeBuffer ofServer = scope.allocateLongs(NUMBERS.length);
      NativeBuffer ofClient = scope.allocateLongs(NUMBERS.length);
      NativeBuffer sharesOfServer = longs(a, scope);
      NativeBuffer sharesOfClient = longs(b, scope);
      Traffic traffic =
          TwoThreads.run(
              channel -> {
                try (GarblerCorrelations own = GarblerCorrelations.open(channel, random)) {
                  LookupSide.compute(own, FORM, NUMBERS.length, sharesOfServer, ofServer);
                }
              },
              channel -> {
                try (EvaluatorCorrelations own = EvaluatorCorrelations.open(channel, random)) {
                  Traffic before = channel.traffic();
                  LookupSide.compute(own, FORM, NUMBERS.length, sharesOfClient, ofClient);
                  return channel.traffic().minus(before);
                }
              });
      for (int i = 0; i < NUMBERS.length; i++) {
        long sum = ofServer.longs().get(i) + ofClient.longs().get(i) & (1L << BITS) - 1;
        out.printf("relu(%d) = %d%n", NUMBERS[i], sum);
      }
      Traffic declared = FORM.evaluatorTraffic(NUMBERS.length, OtTrees.DEFAULT);
      out.printf(
          "%,d bytes sent, %,d received, in %d rounds: %s%n",
          traffic.bytesSent(),
          traffic.bytesReceived(),
          traffic.rounds(),
          traffic.equals(declared) ? "as declared" : "other than " + declared);
    }
  }

  private static NativeBuffer longs(long[] numbers, Scope scope) {
    NativeBuffer buffer = scope.allocateLongs(numbers.length);
    buffer.longs().put(numbers);
    return buffer;
  }
}
