/** Tests of native memory, rings, CKKS and kernels. */
@NullMarked
package io.sotto.natives;

import org.jspecify.annotations.NullMarked;
