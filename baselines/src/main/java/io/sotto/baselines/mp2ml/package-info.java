/**
 * The steps {@code slot linear} and {@code slot relu}, after MP2ML (Boemer and others, 2020): a
 * linear layer by CKKS with an image a slot, masked statistically, between additive shares; and a
 * ReLU whose result is shared over the integers, as the linear one takes it, all of it in the
 * garbled circuit. docs/adr/0006 says what the masks are worth.
 */
@NullMarked
package io.sotto.baselines.mp2ml;

import org.jspecify.annotations.NullMarked;
