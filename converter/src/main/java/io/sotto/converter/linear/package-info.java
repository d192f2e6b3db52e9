/**
 * The linear step: the client's encrypted share in, half of re-randomised ciphertexts out, exact
 * shares of the result in half cells on both sides.
 */
@NullMarked
package io.sotto.converter.linear;

import org.jspecify.annotations.NullMarked;
