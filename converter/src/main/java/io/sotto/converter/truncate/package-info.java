/**
 * The step {@code truncate}: shares in, exact shares out, of the same numbers without their lowest
 * bits, in as many bits as what follows wants.
 */
@NullMarked
package io.sotto.converter.truncate;

import org.jspecify.annotations.NullMarked;
