/** Tests of compilation. */
@NullMarked
package io.sotto.server.model;

import org.jspecify.annotations.NullMarked;
