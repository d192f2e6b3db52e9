/**
 * What a step of a plan is: a spec that both parties know, a twin in the clear, and each party's
 * side.
 */
@NullMarked
package io.sotto.converter.step;

import org.jspecify.annotations.NullMarked;
