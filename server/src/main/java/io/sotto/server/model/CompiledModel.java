package io.sotto.server.model;

import io.sotto.channel.Traffic;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.RingKeys;
import io.sotto.converter.plan.ServerPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model ready to be served.
 *
 * <p><b>Security.</b> Holds the weights and never leaves the server; {@link #close} wipes them from
 * native memory. {@link #toString} shows none.
 *
 * <p><b>Threading.</b> Immutable, shared by all sessions; closed after the last of them.
 *
 * <p><b>Failure.</b> None of its own.
 */
public final class CompiledModel implements AutoCloseable {
  private static final int FULL_BATCH = 2048;

  private final ServerPlan plan;
  private final List<LayerReport> layers;
  private final boolean calibrated;
  private final List<String> warnings;

  /** Takes the plan over. */
  public CompiledModel(
      ServerPlan plan, List<LayerReport> layers, boolean calibrated, List<String> warnings) {
    this.plan = plan;
    this.layers = List.copyOf(layers);
    this.calibrated = calibrated;
    this.warnings = List.copyOf(warnings);
  }

  /** The steps with the weights. */
  public ServerPlan plan() {
    return plan;
  }

  /**
   * The same model with transfers by trees of so many bits; this one must not be used or closed any
   * more.
   */
  public CompiledModel withTreeBits(int bits) {
    return new CompiledModel(plan.withTreeBits(bits), layers, calibrated, warnings);
  }

  /** The same model, of which the user should know more; this one must not be used any more. */
  public CompiledModel withWarning(String sentence) {
    List<String> all = new ArrayList<>(warnings);
    all.add(sentence);
    return new CompiledModel(plan, layers, calibrated, all);
  }

  /** One report a step of the plan. */
  public List<LayerReport> layers() {
    return layers;
  }

  /** Whether the formats come from measured ranges. */
  public boolean calibrated() {
    return calibrated;
  }

  /** What the user should know, a sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /** Bytes that a step takes for an image, both ways, in a batch of so many. */
  public double bytesPerImage(int step, int images) {
    return bytes(step, images) / images;
  }

  /** Bytes that an image takes, both ways, in a full batch. */
  public double bytesPerImage() {
    int images = fullBatch();
    double bytes = 0;
    for (int step = 0; step < plan.plan().steps().size(); step++) {
      bytes += bytes(step, images);
    }
    return bytes / images;
  }

  private double bytes(int step, int images) {
    Traffic traffic = plan.plan().clientTraffic(step, images);
    return (double) traffic.bytesSent() + traffic.bytesReceived();
  }

  /** The images of a batch whose costs are told: a large one, if the plan takes so many. */
  public int fullBatch() {
    return Math.min(FULL_BATCH, plan.plan().maxImages());
  }

  /** The ring of its first linear layer; empty if it has none. */
  public Optional<RingParameters> ring() {
    return plan.plan().setups().stream()
        .filter(RingKeys.class::isInstance)
        .map(keys -> ((RingKeys) keys).ring())
        .findFirst();
  }

  @Override
  public void close() {
    plan.close();
  }

  @Override
  public String toString() {
    return "CompiledModel[" + layers.size() + " steps, " + plan.plan().ciphertexts() + "]";
  }
}
