/**
 * Garbled circuits: half gates with free XOR and point-and-permute, many instances of one circuit
 * at a time, the input labels of the evaluator from correlated oblivious transfer under the same
 * offset. The bound on its hash holds for lookups and products too.
 *
 * <h2>The hash and its bound</h2>
 *
 * A gate's hash is MITCCRH of Guo, Katz, Wang, Weng and Yu (Better concrete security for half-gates
 * garbling, 2020): {@code H(x, id) = AES_k(s(x)) + s(x)}, {@code k = S + id}, {@code s(left, right)
 * = (left + right, left)}, + being exclusive or. S is random for each session; each AND gate of
 * each block of instances takes two ids of a counter that runs through the session and never goes
 * back. Up to 256 instances, a block, share the two keys of a gate.
 *
 * <p>Their bound, in the ideal cipher model: an adversary with p evaluations of the cipher, q
 * hashes that the offset hides, at most u of them with the same id, has an advantage of at most
 *
 * <pre>   2 u p / 2^r  +  (u - 1) q / 2^r,</pre>
 *
 * where r is the offset's entropy, 127 bits as its lowest bit is fixed. The first term is the
 * chance that an evaluation of the cipher, forth or back, under the key of one id hits one of the
 * at most u hidden inputs or outputs of that id; the second that two hidden points of one id meet.
 * The evaluator knows the active label of each wire, so of each instance and id exactly one hash is
 * hidden from it, and u = 256 = 2^8. So:
 *
 * <ul>
 *   <li>The first term is p / 2^118: 118 bits against computation, whatever the number of gates.
 *   <li>The second is an event that no computation brings nearer. For 2^40 AND gates, counted with
 *       their instances, q = 2^41 and the term is below 2^8 * 2^41 / 2^127 = 2^-78; for 2^40 gates
 *       of 256 instances each q = 2^49 and it is below 2^-70.
 * </ul>
 *
 * <p>Several sessions: ids occupy the low 64 bits only, so two sessions share keys only where the
 * high halves of their S agree, and then the few ids affected have u = 512. Among 2^20 sessions
 * that happens with a probability of 2^-25 and costs these ids one bit.
 *
 * <p>{@link io.sotto.gc.garble.CircuitForm} hashes more labels: for each block an id for each of up
 * to three products with labels of its circuit, and one for transfers in the other direction, whose
 * top bit is set so that it is no gate's. {@link io.sotto.gc.lookup.LookupForm} has no gates and
 * takes an id for each transfer of a block in either direction, and one more for the carry out of
 * the dropped bits, whose label is hashed for pads and again for a product: as that of a wire that
 * goes into several gates, under several keys. {@link io.sotto.gc.product.ShareProduct} takes an id
 * for each bit of each block of at most 256 numbers, from the gates' counter. Again one hash of
 * each instance and id is hidden from the other side and u is at most 256, so these count to q like
 * gates. The hashes of transfers in the other direction are hidden by an offset of 128 bits of the
 * evaluator's.
 *
 * <h2>Input labels</h2>
 *
 * The evaluator's come from correlated transfers whose offset is the garbling offset: the
 * transfer's q is the zero label, what the evaluator gets the active one, and nothing else is sent.
 * The garbler's are free: see {@link io.sotto.gc.garble.Garbler}.
 */
@NullMarked
package io.sotto.gc.garble;

import org.jspecify.annotations.NullMarked;
