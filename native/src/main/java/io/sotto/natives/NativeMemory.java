package io.sotto.natives;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what this process holds in native memory; the leak check of the tests. */
public final class NativeMemory {

  private static final AtomicLong buffers = new AtomicLong();
  private static final AtomicLong bytes = new AtomicLong();
  private static final AtomicLong peak = new AtomicLong();
  private static final AtomicLong handles = new AtomicLong();
  private static final Map<Object, Throwable> sites = new ConcurrentHashMap<>();
  private static volatile boolean tracing;

  private NativeMemory() {}

  /** Buffers that are allocated and not closed; slices do not count. */
  public static long liveBuffers() {
    return buffers.get();
  }

  /** The bytes of those buffers. */
  public static long liveBytes() {
    return bytes.get();
  }

  /** The most bytes that were live at a time since {@link #resetPeak}. */
  public static long peakBytes() {
    return peak.get();
  }

  /** Begins a measurement of {@link #peakBytes}. */
  public static void resetPeak() {
    peak.set(bytes.get());
  }

  /** Rings, keys, ciphertexts and other native objects that are created and not closed. */
  public static long liveHandles() {
    return handles.get();
  }

  /** Whether each owner's place of birth is kept, which costs a stack trace each; for tests. */
  public static void traceAllocations(boolean on) {
    tracing = on;
    if (!on) {
      sites.clear();
    }
  }

  /** Where one of the live owners that were born under tracing comes from, if there is one. */
  public static @Nullable Throwable leakSite() {
    return sites.values().stream().findAny().orElse(null);
  }

  static void bufferBorn(Object owner, long size) {
    buffers.incrementAndGet();
    peak.accumulateAndGet(bytes.addAndGet(size), Math::max);
    born(owner, size + " bytes allocated here");
  }

  static void bufferDied(Object owner, long size) {
    buffers.decrementAndGet();
    bytes.addAndGet(-size);
    sites.remove(owner);
  }

  static void handleBorn(Object owner, String name) {
    handles.incrementAndGet();
    born(owner, name + " created here");
  }

  static void handleDied(Object owner) {
    handles.decrementAndGet();
    sites.remove(owner);
  }

  private static void born(Object owner, String what) {
    if (tracing) {
      sites.put(owner, new Throwable(what));
    }
  }
}
