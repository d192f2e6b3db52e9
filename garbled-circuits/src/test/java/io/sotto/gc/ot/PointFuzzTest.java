package io.sotto.gc.ot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.natives.CurvePoints;
import io.sotto.natives.NativeBuffer;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes are a point that encodes to the same bytes, or are refused, as Bouncy Castle does.
 * Searches with JAZZER_FUZZ=1; slow because Jazzer instruments everything first.
 */
@Tag("slow")
class PointFuzzTest {

  @FuzzTest
  void point(byte[] wire) {
    if (wire.length != CurvePoints.POINT_BYTES) {
      return;
    }
    try (NativeBuffer point = NativeBuffer.allocate(wire.length)) {
      point.bytes().put(wire);
      assertThat(CurvePoints.arePoints(1, point)).isEqualTo(isPoint(wire));
    }
  }

  private static boolean isPoint(byte[] wire) {
    try {
      ECPoint point = CustomNamedCurves.getByName("P-256").getCurve().decodePoint(wire);
      assertThat(point.getEncoded(true)).isEqualTo(wire);
      return point.isValid();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
