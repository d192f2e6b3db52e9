package io.sotto.natives;

import static io.sotto.natives.LabelSizes.notNegative;

import io.sotto.natives.internal.NativeFacade;

/**
 * Multiples of points of the curve P-256. A point is its compressed form, a scalar 32 bytes with
 * the highest first, within 1..order - 1.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}; points that came from elsewhere
 * are public. What is no point is an {@link IllegalArgumentException}, too.
 */
public final class CurvePoints {
  public static final int POINT_BYTES = NativeFacade.SOTTO_CURVE_POINT_BYTES;
  public static final int SCALAR_BYTES = NativeFacade.SOTTO_CURVE_SCALAR_BYTES;

  private CurvePoints() {}

  /** Whether all of these are points other than infinity. */
  public static boolean arePoints(int count, NativeBuffer points) {
    notNegative("count", count);
    return NativeFacade.sotto_curve_are_points(count, points.pointer("points", bytes(count))) != 0;
  }

  /** The generator G times a scalar. */
  public static void generate(NativeBuffer scalar, NativeBuffer point) {
    NativeCall.check(
        NativeFacade.sotto_curve_generate(
            scalar.pointer("scalar", SCALAR_BYTES), point.pointer("point", POINT_BYTES)));
  }

  /**
   * With the choices' bits c_i, lowest first: {@code points[i] = scalars[i] G + c_i base}, and
   * {@code shared[i] = scalars[i] base}.
   */
  public static void choose(
      int count,
      NativeBuffer base,
      NativeBuffer scalars,
      NativeBuffer choices,
      NativeBuffer points,
      NativeBuffer shared) {
    notNegative("count", count);
    NativeCall.check(
        NativeFacade.sotto_curve_choose(
            count,
            base.pointer("base", POINT_BYTES),
            scalars.pointer("scalars", (long) count * SCALAR_BYTES),
            choices.pointer("choices", (count + 7L) / 8),
            points.pointer("points", bytes(count)),
            shared.pointer("shared", bytes(count))));
  }

  /** {@code zeros[i] = scalar points[i]}, and {@code ones[i] = scalar (points[i] - base)}. */
  public static void share(
      int count,
      NativeBuffer base,
      NativeBuffer scalar,
      NativeBuffer points,
      NativeBuffer zeros,
      NativeBuffer ones) {
    notNegative("count", count);
    NativeCall.check(
        NativeFacade.sotto_curve_share(
            count,
            base.pointer("base", POINT_BYTES),
            scalar.pointer("scalar", SCALAR_BYTES),
            points.pointer("points", bytes(count)),
            zeros.pointer("zeros", bytes(count)),
            ones.pointer("ones", bytes(count))));
  }

  private static long bytes(int points) {
    return (long) points * POINT_BYTES;
  }
}
