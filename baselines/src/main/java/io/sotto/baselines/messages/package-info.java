/**
 * What both baselines send: keys for computing on slots, uploads and results, and the parameters of
 * their ciphertexts in plans.
 */
@NullMarked
package io.sotto.baselines.messages;

import org.jspecify.annotations.NullMarked;
