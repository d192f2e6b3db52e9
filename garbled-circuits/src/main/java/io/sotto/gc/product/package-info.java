/** Products of a number of one side with a number of the other, as shares. */
@NullMarked
package io.sotto.gc.product;

import org.jspecify.annotations.NullMarked;
