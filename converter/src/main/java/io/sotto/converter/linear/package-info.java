/**
 * The linear step: the client's encrypted share in, a masked response out, narrow shares on both
 * sides.
 */
@NullMarked
package io.sotto.converter.linear;

import org.jspecify.annotations.NullMarked;
