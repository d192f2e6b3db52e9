/** Tests of the report. */
@NullMarked
package io.sotto.benchmarks.report;

import org.jspecify.annotations.NullMarked;
