package io.sotto.benchmarks.grid;

import java.util.Arrays;

/** What lies between the two processes. */
public enum NetworkSetting {
  LOOPBACK("loopback", 0, 0),
  /** A gigabit a second, half a millisecond one way. */
  LAN("lan", 0.5, 1000),
  /** A hundred megabits a second, 20 ms one way. */
  WAN("wan", 20, 100);

  private final String id;
  private final double delayMillis;
  private final double megabits;

  NetworkSetting(String id, double delayMillis, double megabits) {
    this.id = id;
    this.delayMillis = delayMillis;
    this.megabits = megabits;
  }

  public String id() {
    return id;
  }

  /** One way. */
  public double delayMillis() {
    return delayMillis;
  }

  /** A second, in each direction; 0 for no limit. */
  public double megabits() {
    return megabits;
  }

  /** For people: its rate each way and the round trip that it adds. */
  public String description() {
    return this == LOOPBACK
        ? id
        : "%s (%d Mbit/s, %d ms)".formatted(id, Math.round(megabits), Math.round(2 * delayMillis));
  }

  /** The setting called so. */
  public static NetworkSetting of(String id) {
    return Arrays.stream(values())
        .filter(setting -> setting.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no network setting %s; there are %s"
                        .formatted(id, Arrays.stream(values()).map(NetworkSetting::id).toList())));
  }
}
