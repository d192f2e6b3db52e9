/** Tests of what reads the files of a SavedModel. */
@NullMarked
package io.sotto.tfimport.internal;

import org.jspecify.annotations.NullMarked;
