package io.sotto.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process of this user has used since it started.
 *
 * @param cpuSeconds of all its threads, user and system, in the kernel's ticks of usually 10 ms
 * @param peakRssMb the most memory that it had resident, in units of 2^20 bytes
 */
public record ProcessUsage(double cpuSeconds, double peakRssMb) {
  private static final String PEAK = "VmHWM:";

  /**
   * Reads the usage of a process that runs.
   *
   * @throws IOException if it has ended, or the machine doesn't tell
   */
  public static ProcessUsage of(ProcessHandle process) throws IOException {
    Duration cpu =
        process
            .info()
            .totalCpuDuration()
            .orElseThrow(() -> new IOException("no CPU time is known of process " + process.pid()));
    return new ProcessUsage(cpu.toNanos() / 1e9, peakRssMb(process.pid()));
  }

  private static double peakRssMb(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(PEAK)) { // VmHWM:	  123456 kB
        String[] words = line.substring(PEAK.length()).strip().split("\\s+", -1);
        return Long.parseLong(words[0]) / 1024.0;
      }
    }
    throw new IOException(status + " has no " + PEAK);
  }
}
