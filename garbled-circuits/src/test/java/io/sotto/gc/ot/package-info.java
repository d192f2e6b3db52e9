/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.ot;

import org.jspecify.annotations.NullMarked;
