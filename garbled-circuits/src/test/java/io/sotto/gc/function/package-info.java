/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.function;

import org.jspecify.annotations.NullMarked;
