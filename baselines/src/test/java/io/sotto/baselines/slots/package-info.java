/** Tests of ordinary CKKS. */
@NullMarked
package io.sotto.baselines.slots;

import org.jspecify.annotations.NullMarked;
