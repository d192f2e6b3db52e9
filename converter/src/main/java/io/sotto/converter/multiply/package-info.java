/**
 * The step {@code multiply}: products of shared numbers, element by element, by oblivious transfer.
 */
@NullMarked
package io.sotto.converter.multiply;

import org.jspecify.annotations.NullMarked;
