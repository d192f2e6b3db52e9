/** The generated face of the C++ code. Nothing of this package leaves the module. */
@NullMarked
package io.sotto.natives.internal;

import org.jspecify.annotations.NullMarked;
