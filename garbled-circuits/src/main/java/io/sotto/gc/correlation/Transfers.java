package io.sotto.gc.correlation;

import io.sotto.gc.ot.CorrelatedOtReceiver;
import io.sotto.gc.ot.CorrelatedOtSender;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;

/**
 * A side's correlated transfers in both directions.
 *
 * @param offset this side's own, of the direction in which it sends
 */
record Transfers(
    OtTrees trees, NativeBuffer offset, CorrelatedOtSender sender, CorrelatedOtReceiver receiver) {}
