/**
 * Native memory with owners, rings and CKKS on Microsoft SEAL, and kernels in C++. Memory and
 * numbers only: what they mean is the business of the modules above.
 */
@NullMarked
package io.sotto.natives;

import org.jspecify.annotations.NullMarked;
