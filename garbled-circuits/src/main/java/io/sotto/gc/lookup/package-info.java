/** Functions of shared numbers by lookups in tables that the two sides own in turn. */
@NullMarked
package io.sotto.gc.lookup;

import org.jspecify.annotations.NullMarked;
