/**
 * Oblivious transfer: a few hundred base transfers on an elliptic curve, extended to as many
 * correlated ones as the garbled circuits need.
 */
@NullMarked
package io.sotto.gc.ot;

import org.jspecify.annotations.NullMarked;
