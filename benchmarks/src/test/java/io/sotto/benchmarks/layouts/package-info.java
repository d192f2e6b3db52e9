/** Tests of what the layouts' benchmark measures, and of its figures. */
@NullMarked
package io.sotto.benchmarks.layouts;

import org.jspecify.annotations.NullMarked;
