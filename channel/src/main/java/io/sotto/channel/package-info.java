/** The pipe of typed messages that every two-party protocol here runs over. */
@NullMarked
package io.sotto.channel;

import org.jspecify.annotations.NullMarked;
