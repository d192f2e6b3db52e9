/** Tests of the server as a whole, and of its configuration. */
@NullMarked
package io.sotto.server;

import org.jspecify.annotations.NullMarked;
