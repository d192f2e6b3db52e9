/** Why a model isn't imported, in sentences for its author. */
@NullMarked
package io.sotto.tfimport.refusal;

import org.jspecify.annotations.NullMarked;
