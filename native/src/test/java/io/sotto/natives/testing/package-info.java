/** What other modules' tests need of the native module; the content of its test jar. */
@NullMarked
package io.sotto.natives.testing;

import org.jspecify.annotations.NullMarked;
