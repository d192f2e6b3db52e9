/**
 * What Sotto costs, measured: {@code sotto bench mnist} end to end, in two processes, {@code sotto
 * bench kernels} piece by piece, each beside the limit that the machine sets. Nothing else depends
 * on times.
 */
@NullMarked
package io.sotto.benchmarks;

import org.jspecify.annotations.NullMarked;
