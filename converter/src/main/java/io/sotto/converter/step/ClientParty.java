package io.sotto.converter.step;

import io.sotto.channel.Channel;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.slots.SlotSecretKey;
import io.sotto.gc.garble.Evaluator;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the client brings to every step: its channel, keys, randomness and evaluator.
 *
 * @param slots null in a plan without steps on slots
 * @param circuits null in a plan without garbled circuits
 * @param checkpoint that loops between messages pass
 */
public record ClientParty(
    Channel channel,
    Map<RingParameters, SecretKey> secretKeys,
    @Nullable SlotSecretKey slots,
    @Nullable Evaluator circuits,
    SecureRandom random,
    Checkpoint checkpoint) {

  public ClientParty {
    secretKeys = Map.copyOf(secretKeys);
  }

  /** Without steps on slots, and whose loops nothing ends. */
  public ClientParty(
      Channel channel,
      Map<RingParameters, SecretKey> secretKeys,
      Evaluator circuits,
      SecureRandom random) {
    this(channel, secretKeys, null, circuits, random, Checkpoint.NONE);
  }

  /** The key for a ring of the plan. */
  public SecretKey secretKey(RingParameters ring) {
    SecretKey key = secretKeys.get(ring);
    if (key == null) {
      throw new IllegalStateException("no key was made for " + ring);
    }
    return key;
  }

  /** The key for steps on slots. */
  public SlotSecretKey slotKey() {
    if (slots == null) {
      throw new IllegalStateException("no key was made for slots");
    }
    return slots;
  }

  /** Of garbled circuits. */
  public Evaluator evaluator() {
    if (circuits == null) {
      throw new IllegalStateException("no circuits were set up");
    }
    return circuits;
  }
}
