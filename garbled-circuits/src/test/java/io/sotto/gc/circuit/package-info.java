/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.circuit;

import org.jspecify.annotations.NullMarked;
