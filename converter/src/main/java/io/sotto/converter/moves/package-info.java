/**
 * Regular patterns of indices: which elements go to which places, told in a few numbers. They are
 * public and follow from shapes.
 */
@NullMarked
package io.sotto.converter.moves;

import org.jspecify.annotations.NullMarked;
