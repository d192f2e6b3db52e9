/** What both sides of a session keep of it, which lookups, circuits and products stand on. */
@NullMarked
package io.sotto.gc.correlation;

import org.jspecify.annotations.NullMarked;
