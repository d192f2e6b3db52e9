/** What tests of this module and of others share: graphs made at random. */
@NullMarked
package io.sotto.graph.testing;

import org.jspecify.annotations.NullMarked;
