/** Tests of the package of this name. */
@NullMarked
package io.sotto.channel;

import org.jspecify.annotations.NullMarked;
