package io.sotto.gc.lookup;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.CarryFactors;
import io.sotto.gc.function.ShareFunction;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * One side's shares in the forms that lookups take.
 *
 * @param chain the numbers whose carries are looked for
 * @param bits of these, a row each
 */
record LookupInputs(NativeBuffer shares, NativeBuffer chain, BitMatrix bits) {

  /** The memory lives as long as the scope. */
  static LookupInputs of(
      Correlations own, LookupSchedule schedule, NativeBuffer shares, Scope scope) {
    ShareFunction function = schedule.function();
    boolean raised = !function.isRelu() && function.isExtended() && own.role() == Role.GARBLER;
    NativeBuffer chain = raised ? raised(own, schedule, shares, scope) : shares;
    int rows = function.isRelu() ? function.shareBits() : function.chainBits();
    BitMatrix bits = scope.own(BitMatrix.fromShares(chain, schedule.instances(), rows));
    return new LookupInputs(shares, chain, bits);
  }

  /** For y in more bits 2^(bits - 1) is added to it, at one side. */
  private static NativeBuffer raised(
      Correlations own, LookupSchedule schedule, NativeBuffer shares, Scope scope) {
    int bits = schedule.function().shareBits();
    NativeBuffer raised = scope.allocateLongs(schedule.instances());
    NativeBuffer top = CarryFactors.all(1L << (bits - 1), schedule.largest(), scope);
    LookupTables.Part all = new LookupTables.Part(0, bits, bits, false);
    for (int chunk = 0; chunk < schedule.count(); chunk++) {
      own.kernel()
          .lookups()
          .parts(
              all,
              schedule.size(chunk),
              schedule.part(shares, chunk),
              top,
              top,
              schedule.part(raised, chunk));
    }
    return raised;
  }

  /** A bit of so many bytes of instances from one on. */
  ByteBuffer bits(int bit, int firstInstance, int bytes) {
    return bits.bytes().slice(bit * bits.rowBytes() + firstInstance / 8, bytes);
  }
}
