/**
 * The plan of a model: its steps in order, what both parties know of it, and its form on the wire.
 */
@NullMarked
package io.sotto.converter.plan;

import org.jspecify.annotations.NullMarked;
