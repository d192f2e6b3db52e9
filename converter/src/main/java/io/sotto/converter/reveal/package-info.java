/** The reveal step: the server hands over its share of the outputs, and the client learns them. */
@NullMarked
package io.sotto.converter.reveal;

import org.jspecify.annotations.NullMarked;
