package io.sotto.benchmarks.grid;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.client.cli.LayerRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cell gave.
 *
 * @param leftOut why it wasn't measured, null if it was
 * @param measured null if it wasn't
 * @param date in UTC
 */
public record CellResult(
    Cell cell,
    @Nullable String leftOut,
    @Nullable Measured measured,
    Machine machine,
    String date) {

  /**
   * The figures.
   *
   * @param model that was served
   * @param shaping what made the network slow: none, tc or relay
   * @param seconds of a batch
   * @param runSeconds each of them
   * @param setupBytes both directions, TLS included
   * @param bytesSent by the client's socket in a batch, TLS included
   * @param rounds of a batch
   * @param cpuSecondsClient of a batch
   * @param peakRssMbClient of the whole process, VmHWM
   * @param imagesChecked different images that the next four figures are about
   * @param accuracy share whose class is the label, null without labels
   * @param plaintextAccuracy the same of TensorFlow's classes
   * @param agreement share whose class is TensorFlow's
   * @param maxErrorToPlaintext the largest distance of an output from TensorFlow's
   * @param layers the median time of each stage as the client saw it, and its bytes in a batch
   * @param warmUps batches before the runs, which don't count
   * @param budgetSeconds what the runs might take
   */
  public record Measured(
      String model,
      String shaping,
      Spread imagesPerSecond,
      Spread seconds,
      List<Double> runSeconds,
      double connectSeconds,
      double setupSeconds,
      long setupBytes,
      double bytesSent,
      double bytesReceived,
      long rounds,
      double cpuSecondsClient,
      double cpuSecondsServer,
      double peakRssMbClient,
      double peakRssMbServer,
      int imagesChecked,
      @Nullable Double accuracy,
      @Nullable Double plaintextAccuracy,
      double agreement,
      double maxErrorToPlaintext,
      List<LayerRow> layers,
      int warmUps,
      double budgetSeconds) {
    public Measured {
      runSeconds = List.copyOf(runSeconds);
      layers = List.copyOf(layers);
    }
  }

  /** How results are written and read. */
  public static ObjectMapper json() {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }
}
