/** Fixed-point tensors, and their additive shares in the two moduli that the protocol uses. */
@NullMarked
package io.sotto.converter.shares;

import org.jspecify.annotations.NullMarked;
