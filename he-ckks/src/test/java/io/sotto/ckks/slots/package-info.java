/** Tests of ordinary CKKS. */
@NullMarked
package io.sotto.ckks.slots;

import org.jspecify.annotations.NullMarked;
