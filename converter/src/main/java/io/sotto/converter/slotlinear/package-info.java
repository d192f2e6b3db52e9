/**
 * A linear layer on slots between additive shares, after MP2ML (Boemer and others, 2020): CKKS with
 * an image a slot, masked statistically. With {@link io.sotto.converter.slotrelu} the other
 * baseline that the protocol is compared with; docs/adr/0006 says what its masks are worth.
 */
@NullMarked
package io.sotto.converter.slotlinear;

import org.jspecify.annotations.NullMarked;
