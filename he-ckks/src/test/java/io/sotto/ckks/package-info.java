/** Tests of the ring layer. */
@NullMarked
package io.sotto.ckks;

import org.jspecify.annotations.NullMarked;
