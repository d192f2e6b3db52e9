package io.sotto.client;

import io.sotto.converter.session.StepReport;
import io.sotto.converter.step.Handover;
import io.sotto.data.Tensor;
import io.sotto.transport.WireCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Several sessions with one server, which predict the parts of a batch side by side: while one
 * waits for the network or the server, another one computes. Each takes the memory of a session, on
 * both sides.
 *
 * <p><b>Security.</b> As {@link SottoClient}; the sessions have keys of their own.
 *
 * <p><b>Threading.</b> As {@link SottoClient}.
 *
 * <p><b>Failure.</b> As {@link SottoClient}; what one session throws is thrown when the others have
 * done their parts.
 */
public final class ParallelClient implements AutoCloseable {
  private final List<SottoClient> sessions;

  private ParallelClient(List<SottoClient> sessions) {
    this.sessions = List.copyOf(sessions);
  }

  /** Opens so many sessions, one after the other. */
  static ParallelClient connect(SottoClient.Builder builder, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " sessions asked for; give at least 1");
    }
    List<SottoClient> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sessions.add(builder.connect());
      }
    } catch (RuntimeException | Error e) {
      sessions.forEach(SottoClient::close);
      throw e;
    }
    return new ParallelClient(sessions);
  }

  /** What the server serves. */
  public ServedModel model() {
    return sessions.get(0).model();
  }

  /** Predicts a batch as {@link SottoClient#predict(Tensor)} does. */
  public Prediction predict(Tensor batch) {
    return predict(List.of(batch));
  }

  /** Predicts a batch as {@link SottoClient#predict(List)} does. */
  public Prediction predict(List<Tensor> batch) {
    int rows = batch.get(0).rows();
    int part = sessions.get(0).batchLimit();
    long start = System.nanoTime();
    List<CompletableFuture<Prediction>> running = new ArrayList<>();
    for (int from = 0; from == 0 || from < rows; from += part) {
      int first = from;
      int end = Math.min(rows, from + part);
      List<Tensor> some = batch.stream().map(input -> input.slice(first, end)).toList();
      running.add(sessions.get(running.size() % sessions.size()).predictAsync(some));
    }
    List<Prediction> parts = joined(running);
    List<Tensor> results = new ArrayList<>();
    for (int output = 0; output < parts.get(0).results().size(); output++) {
      int index = output;
      results.add(Tensor.concatenate(parts.stream().map(p -> p.results().get(index)).toList()));
    }
    List<StepReport> steps = List.of();
    for (Prediction each : parts) {
      steps = Batches.plus(steps, each.steps());
    }
    long clipped = parts.stream().mapToLong(Prediction::clipped).sum();
    return new Prediction(results, steps, System.nanoTime() - start, clipped);
  }

  private static List<Prediction> joined(List<CompletableFuture<Prediction>> running) {
    Handover.take(CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new)));
    return running.stream().map(CompletableFuture::join).toList();
  }

  /** What the sessions' setups took together. */
  public StepReport setup() {
    return sessions.stream().map(SottoClient::setup).reduce(StepReport::plus).orElseThrow();
  }

  /** Bytes of all connections so far, as {@link SottoClient#wire}. */
  public WireCounters wire() {
    return sessions.stream().map(SottoClient::wire).reduce(WireCounters::plus).orElseThrow();
  }

  /** Ends all sessions. */
  @Override
  public void close() {
    sessions.forEach(SottoClient::close);
  }
}
