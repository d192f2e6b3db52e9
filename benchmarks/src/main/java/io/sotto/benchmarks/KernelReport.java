package io.sotto.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What {@code sotto bench kernels --json} writes. Everything is of one thread.
 *
 * @param limits what the machine can do, as the same run measured it: text with unit by name
 */
public record KernelReport(
    List<Row> kernels, Map<String, String> limits, Machine machine, String date) {

  /**
   * One kernel.
   *
   * @param value over the iterations, in {@code unit}
   * @param limit what {@code value} would be if nothing but the machine's limit cost time
   * @param limitedBy which limit, and how much of it a piece of work takes
   * @param shareOfLimit how near the median is to it, 1 being there
   */
  public record Row(
      String name,
      Spread value,
      String unit,
      double limit,
      @JsonProperty("limited_by") String limitedBy,
      @JsonProperty("share_of_limit") double shareOfLimit) {}

  public KernelReport {
    kernels = List.copyOf(kernels);
    limits = Map.copyOf(limits);
  }
}
