/**
 * The step {@code absolute}: shares in, shares of |v| out, element by element. A small step that is
 * whole, to be copied: docs/adding-a-step.md goes through it.
 */
@NullMarked
package io.sotto.samples.chapters.absolute;

import org.jspecify.annotations.NullMarked;
