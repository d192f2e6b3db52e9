package io.sotto.converter.session;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.converter.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** Cuts the time and the traffic of a session into rows without a gap between them. */
final class StepTimer {
  private final Channel channel;
  private final List<StepReport> rows = new ArrayList<>();
  private Traffic since;
  private long start = System.nanoTime();

  StepTimer(Channel channel, Traffic since) {
    this.channel = channel;
    this.since = since;
  }

  /** Elements of all inputs of a plan together. */
  static int elements(Plan plan) {
    return plan.inputs().stream().mapToInt(input -> input.format().elements()).sum();
  }

  void row(String kind, int elements) {
    long now = System.nanoTime();
    Traffic traffic = channel.traffic();
    rows.add(new StepReport(kind, elements, now - start, traffic.minus(since)));
    since = traffic;
    start = now;
  }

  List<StepReport> rows() {
    return List.copyOf(rows);
  }
}
