/** Functions of shared numbers, and what their two forms have in common: lookups and circuits. */
@NullMarked
package io.sotto.gc.function;

import org.jspecify.annotations.NullMarked;
