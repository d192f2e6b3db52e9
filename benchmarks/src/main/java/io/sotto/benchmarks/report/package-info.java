/**
 * The report of {@code sotto bench all}: one page and its pictures, from the cells' figures alone.
 * A picture is a {@link io.sotto.benchmarks.report.Picture} that draws itself, as SVG into the page
 * and as PNG beside it.
 */
@NullMarked
package io.sotto.benchmarks.report;

import org.jspecify.annotations.NullMarked;
