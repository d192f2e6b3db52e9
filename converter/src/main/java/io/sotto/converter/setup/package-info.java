/**
 * What both parties prepare once a session, before its batches: keys of a ring, oblivious
 * transfers. A step says what it stands on; its plan has each such setup once.
 */
@NullMarked
package io.sotto.converter.setup;

import org.jspecify.annotations.NullMarked;
