/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.correlation;

import org.jspecify.annotations.NullMarked;
