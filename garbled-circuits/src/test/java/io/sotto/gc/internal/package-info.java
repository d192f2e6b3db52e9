/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.internal;

import org.jspecify.annotations.NullMarked;
