/** What tests of sessions need, here and in the modules above. */
@NullMarked
package io.sotto.converter.testing;

import org.jspecify.annotations.NullMarked;
