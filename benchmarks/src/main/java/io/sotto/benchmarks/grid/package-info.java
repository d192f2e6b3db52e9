/**
 * {@code sotto bench all}: a grid of cells, each a network, a system, a batch size and a network
 * setting, measured in two processes and kept as one JSON file each, so that an interrupted run
 * goes on where it stopped. {@code sotto bench single}: one cell, told in full.
 */
@NullMarked
package io.sotto.benchmarks.grid;

import org.jspecify.annotations.NullMarked;
