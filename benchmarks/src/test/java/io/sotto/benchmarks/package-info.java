/** Tests of the benchmarks themselves. */
@NullMarked
package io.sotto.benchmarks;

import org.jspecify.annotations.NullMarked;
