/** The quickstart: a server, a client, and what they did, compared with the model in the clear. */
@NullMarked
package io.sotto.samples;

import org.jspecify.annotations.NullMarked;
