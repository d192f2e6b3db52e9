/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.lookup;

import org.jspecify.annotations.NullMarked;
