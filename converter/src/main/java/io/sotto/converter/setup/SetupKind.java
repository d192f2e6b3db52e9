package io.sotto.converter.setup;

/**
 * A kind of setup. The setups of a plan cross the wire by the order of their kinds, those of one
 * kind in the order in which the steps ask for them.
 *
 * <p>1 are the keys of rings, 2 the keys of slots, 3 the transfers. A new kind takes a number of
 * its own.
 */
public record SetupKind(int order, String name) {}
