/** Tests of the relu step. */
@NullMarked
package io.sotto.converter.relu;

import org.jspecify.annotations.NullMarked;
