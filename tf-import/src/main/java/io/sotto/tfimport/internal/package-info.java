/**
 * From a SavedModel's files to a graph: the files, the choice of a signature, function bodies
 * inlined, variables read from the checkpoint, and the walk that imports node by node.
 */
@NullMarked
package io.sotto.tfimport.internal;

import org.jspecify.annotations.NullMarked;
