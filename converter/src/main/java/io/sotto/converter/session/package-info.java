/** Both parties' side of a session: setup once, then batches, step by step. */
@NullMarked
package io.sotto.converter.session;

import org.jspecify.annotations.NullMarked;
