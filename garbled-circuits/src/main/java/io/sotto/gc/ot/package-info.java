/**
 * Oblivious transfer: a few hundred base transfers on an elliptic curve, extended by SoftSpoken OT
 * to as many correlated ones as the garbled circuits need. IKNP is the reference that the tests
 * compare with.
 */
@NullMarked
package io.sotto.gc.ot;

import org.jspecify.annotations.NullMarked;
