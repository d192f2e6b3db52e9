/**
 * Native memory with owners, rings and CKKS on Microsoft SEAL, and kernels in C++. Memory and
 * numbers only: what they mean is the business of the modules above.
 *
 * <p>Kernels are the classes of static functions on buffers: {@link
 * io.sotto.natives.FixedPointKernel}, {@link io.sotto.natives.LinearKernel}, {@link
 * io.sotto.natives.PointwiseKernel}, {@link io.sotto.natives.PackKernel}, {@link
 * io.sotto.natives.TransposeKernel}, and those on labels, {@link io.sotto.natives.WireLabels},
 * {@link io.sotto.natives.HalfGates}, {@link io.sotto.natives.OtExtension}, {@link
 * io.sotto.natives.LookupPads}, {@link io.sotto.natives.LookupTables} and {@link
 * io.sotto.natives.Products}, and on points, {@link io.sotto.natives.CurvePoints}. All of them give
 * this guarantee:
 *
 * <p><b>Security.</b> Constant time on every path that the processor can choose: no branch, address
 * or loop length depends on numbers, weights, bits, labels or keys, only on sizes and on what is
 * public.
 *
 * <p><b>Threading.</b> Stateless; calls that write to different memory run side by side.
 *
 * <p><b>Failure.</b> Buffers that are too short and arguments out of range are an {@link
 * java.lang.IllegalArgumentException}; so is any call on labels, those of tables left aside, on a
 * machine where {@link io.sotto.natives.WireLabels#available} is false.
 */
@NullMarked
package io.sotto.natives;

import org.jspecify.annotations.NullMarked;
