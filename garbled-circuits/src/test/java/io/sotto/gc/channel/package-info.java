/** Tests of the package of this name. */
@NullMarked
package io.sotto.gc.channel;

import org.jspecify.annotations.NullMarked;
