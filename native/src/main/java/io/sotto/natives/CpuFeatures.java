package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the processor offers to kernels, which choose their path by it at run time.
 *
 * <p><b>Security.</b> Every path computes the same values; the choice depends on the machine only.
 *
 * <p><b>Threading.</b> Safe from any thread; a restriction holds for the whole process.
 *
 * <p><b>Failure.</b> Nothing here fails.
 */
public final class CpuFeatures {

  /**
   * A group of instructions. {@code AVX512} stands for its parts F, BW, DQ and VL, {@code GFNI} for
   * its form of 512 bits.
   */
  public enum Feature {
    SSE41(NativeFacade.SOTTO_CPU_SSE41),
    AESNI(NativeFacade.SOTTO_CPU_AESNI),
    PCLMUL(NativeFacade.SOTTO_CPU_PCLMUL),
    AVX2(NativeFacade.SOTTO_CPU_AVX2),
    BMI2(NativeFacade.SOTTO_CPU_BMI2),
    VAES(NativeFacade.SOTTO_CPU_VAES),
    VPCLMUL(NativeFacade.SOTTO_CPU_VPCLMUL),
    AVX512(NativeFacade.SOTTO_CPU_AVX512),
    AVX512IFMA(NativeFacade.SOTTO_CPU_AVX512IFMA),
    GFNI(NativeFacade.SOTTO_CPU_GFNI);

    private final int bit;

    Feature(int bit) {
      this.bit = bit;
    }
  }

  /** Ends a restriction. */
  public interface Restriction extends AutoCloseable {
    @Override
    void close();
  }

  private CpuFeatures() {}

  /** What is there. */
  public static Set<Feature> detected() {
    return fromMask(NativeFacade.sotto_cpu_detected());
  }

  /** What kernels may use now. */
  public static Set<Feature> usable() {
    return fromMask(NativeFacade.sotto_cpu_usable());
  }

  /**
   * Lets kernels use at most these until the result is closed, which lifts every restriction; for
   * tests that compare the paths.
   */
  public static Restriction restrictTo(Set<Feature> features) {
    int mask = 0;
    for (Feature feature : features) {
      mask |= feature.bit;
    }
    NativeFacade.sotto_cpu_restrict(mask);
    return () -> NativeFacade.sotto_cpu_restrict(-1);
  }

  /**
   * The sets to run a kernel's test under on this machine: from nothing upwards to all that is
   * there, each one of the sets that a generation of processors has.
   */
  public static List<Set<Feature>> generations() {
    Set<Feature> growing = EnumSet.noneOf(Feature.class);
    List<Set<Feature>> result = new ArrayList<>();
    result.add(Collections.unmodifiableSet(EnumSet.copyOf(growing)));
    List<Set<Feature>> steps =
        List.of(
            EnumSet.of(Feature.SSE41, Feature.AESNI, Feature.PCLMUL),
            EnumSet.of(Feature.AVX2, Feature.BMI2),
            EnumSet.of(Feature.VAES, Feature.VPCLMUL),
            EnumSet.of(Feature.AVX512),
            EnumSet.of(Feature.AVX512IFMA, Feature.GFNI));
    Set<Feature> detected = detected();
    for (Set<Feature> step : steps) {
      Set<Feature> present = EnumSet.copyOf(step);
      present.retainAll(detected);
      if (growing.addAll(present)) {
        result.add(Collections.unmodifiableSet(EnumSet.copyOf(growing)));
      }
    }
    return Collections.unmodifiableList(result);
  }

  private static Set<Feature> fromMask(int mask) {
    Set<Feature> result = EnumSet.noneOf(Feature.class);
    for (Feature feature : Feature.values()) {
      if ((mask & feature.bit) != 0) {
        result.add(feature);
      }
    }
    return Collections.unmodifiableSet(result);
  }
}
