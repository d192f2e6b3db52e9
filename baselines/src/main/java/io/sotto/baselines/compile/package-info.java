/**
 * From the imported {@code Graph} to plans on encrypted slots: {@link
 * io.sotto.baselines.compile.CryptoNetsCompiler} compiles networks of squares for scheme {@code
 * cryptonets}, {@link io.sotto.baselines.compile.Mp2mlCompiler} networks of relus for scheme {@code
 * mp2ml}.
 */
@NullMarked
package io.sotto.baselines.compile;

import org.jspecify.annotations.NullMarked;
