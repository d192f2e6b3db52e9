/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.garble;

import org.jspecify.annotations.NullMarked;
