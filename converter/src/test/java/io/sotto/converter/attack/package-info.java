/**
 * What a client learns of weights that follows the protocol, asks often and keeps its own numbers:
 * {@link io.sotto.converter.attack.RoundingAttack}, and the forms of a network that it is tried on.
 */
@NullMarked
package io.sotto.converter.attack;

import org.jspecify.annotations.NullMarked;
