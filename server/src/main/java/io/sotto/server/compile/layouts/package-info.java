/**
 * Layouts of linear layers: convolutions are found in their maps, and for each size of batch the
 * layout that costs least is chosen and built.
 */
@NullMarked
package io.sotto.server.compile.layouts;

import org.jspecify.annotations.NullMarked;
