/** What tests of two-party protocols need, here and in the modules above. */
@NullMarked
package io.sotto.gc.testing;

import org.jspecify.annotations.NullMarked;
