package io.sotto.benchmarks;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.garble.CircuitEvaluator;
import io.sotto.gc.garble.CircuitForm;
import io.sotto.gc.garble.CircuitGarbler;
import io.sotto.gc.lookup.LookupForm;
import io.sotto.gc.lookup.LookupSide;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What both processes of {@link RoundBench} do, in the same order: the base transfers, messages to
 * and fro, then relus and truncates by either form. What is timed has run as often before.
 */
final class RoundRuns {
  private static final MessageKind MESSAGE = new MessageKind(240, "ping");
  private static final int MESSAGE_BYTES = 1000;
  private static final ShareFunction RELU = ShareFunction.relu(9, 12, 20);
  private static final ShareFunction TRUNCATE = ShareFunction.value(9, 12, 12);

  private final Channel channel;
  private final Role role;
  private final int runs;
  private final List<Row> rows = new ArrayList<>();

  /** One thing that was timed, in microseconds. */
  record Row(String what, int instances, Spread micros) {}

  private RoundRuns(Channel channel, Role role, int runs) {
    this.channel = channel;
    this.role = role;
    this.runs = runs;
  }

  /** Runs one side. */
  static List<Row> of(Channel channel, Role role, List<Integer> counts, int runs) {
    RoundRuns side = new RoundRuns(channel, role, runs);
    long start = System.nanoTime();
    try (Correlations own = open(channel, role)) {
      side.rows.add(new Row("base transfers, once", 0, Spread.of(micros(start))));
      side.time("message to and fro", 0, side::message);
      side.times("lookup, relu", RELU, counts, own, RoundRuns::lookUp);
      side.times("circuit, relu", RELU, counts, own, RoundRuns::garble);
      side.times("lookup, truncate", TRUNCATE, counts, own, RoundRuns::lookUp);
      side.times("circuit, truncate", TRUNCATE, counts, own, RoundRuns::garble);
    }
    return side.rows;
  }

  private static Correlations open(Channel channel, Role role) {
    SecureRandom random = new SecureRandom();
    return role == Role.GARBLER
        ? GarblerCorrelations.open(channel, random)
        : EvaluatorCorrelations.open(channel, random);
  }

  private static double micros(long since) {
    return (System.nanoTime() - since) / 1e3;
  }

  /** A function of so many instances. */
  private record Work(ShareFunction function, int count, NativeBuffer from, NativeBuffer to) {}

  private void times(
      String what,
      ShareFunction function,
      List<Integer> counts,
      Correlations own,
      BiConsumer<Correlations, Work> form) {
    for (int count : counts) {
      try (Scope scope = new Scope()) {
        NativeBuffer from = scope.allocateLongs(count);
        NativeBuffer to = scope.allocateLongs(count);
        Work work = new Work(function, count, from, to);
        time(what, count, () -> form.accept(own, work));
      }
    }
  }

  private void time(String what, int instances, Runnable work) {
    double[] micros = new double[runs];
    for (int i = -runs; i < runs; i++) {
      long start = System.nanoTime();
      work.run();
      micros[Math.max(0, i)] = micros(start);
    }
    rows.add(new Row(what, instances, Spread.of(micros)));
  }

  private void message() {
    if (role == Role.EVALUATOR) {
      send();
      receive();
    } else {
      receive();
      send();
    }
  }

  private void send() {
    channel.send(MESSAGE, ByteBuffer.allocate(MESSAGE_BYTES));
    channel.flush();
  }

  private void receive() {
    channel.receive(MESSAGE, ByteBuffer.allocate(MESSAGE_BYTES));
  }

  private static void lookUp(Correlations own, Work work) {
    LookupForm form = new LookupForm(work.function);
    LookupSide.compute(own, form, work.count, work.from, work.to);
  }

  private static void garble(Correlations own, Work work) {
    CircuitForm form = new CircuitForm(work.function);
    if (own instanceof GarblerCorrelations garbler) {
      CircuitGarbler.compute(garbler, form, work.count, work.from, work.to);
    } else if (own instanceof EvaluatorCorrelations evaluator) {
      CircuitEvaluator.compute(evaluator, form, work.count, work.from, work.to);
    }
  }
}
