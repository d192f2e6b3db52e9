/**
 * The first step of compiling: a graph becomes operations, each a linear layer, an operation on
 * shares, or a sum that each party computes alone.
 */
@NullMarked
package io.sotto.server.compile.operations;

import org.jspecify.annotations.NullMarked;
