/** Tests of the grid. */
@NullMarked
package io.sotto.benchmarks.grid;

import org.jspecify.annotations.NullMarked;
