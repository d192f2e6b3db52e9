/** The client's command line, {@code sotto predict}, and what it reports. */
@NullMarked
package io.sotto.client.cli;

import org.jspecify.annotations.NullMarked;
