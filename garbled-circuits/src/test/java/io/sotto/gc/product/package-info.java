/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.product;

import org.jspecify.annotations.NullMarked;
