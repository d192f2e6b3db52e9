/**
 * {@code sotto bench layouts}: layers of many kinds, each in the layout that the planner chooses
 * and in all others that might be faster, by the clock.
 */
@NullMarked
package io.sotto.benchmarks.layouts;

import org.jspecify.annotations.NullMarked;
