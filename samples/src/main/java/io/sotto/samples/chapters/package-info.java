/**
 * Numbered programs, each of which shows one thing and prints what it shows: start at the first
 * one. {@code samples/chapters/README.md} introduces them.
 */
@NullMarked
package io.sotto.samples.chapters;

import org.jspecify.annotations.NullMarked;
