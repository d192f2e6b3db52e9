package io.sotto.converter.step;

import io.sotto.channel.Channel;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.slots.SlotServerKeys;
import io.sotto.gc.garble.Garbler;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server brings to every step: its channel, the client's keys, randomness and garbler.
 *
 * @param slots null in a plan without steps on slots
 * @param circuits null in a plan without garbled circuits
 */
public record ServerParty(
    Channel channel,
    Map<RingParameters, PublicKey> publicKeys,
    @Nullable SlotServerKeys slots,
    @Nullable Garbler circuits,
    SecureRandom random) {

  public ServerParty {
    publicKeys = Map.copyOf(publicKeys);
  }

  /** Without steps on slots. */
  public ServerParty(
      Channel channel,
      Map<RingParameters, PublicKey> publicKeys,
      Garbler circuits,
      SecureRandom random) {
    this(channel, publicKeys, null, circuits, random);
  }

  /** The client's key for a ring of the plan. */
  public PublicKey publicKey(RingParameters ring) {
    PublicKey key = publicKeys.get(ring);
    if (key == null) {
      throw new IllegalStateException("the client gave no key for " + ring);
    }
    return key;
  }

  /** The client's keys for steps on slots. */
  public SlotServerKeys slotKeys() {
    if (slots == null) {
      throw new IllegalStateException("the client gave no keys for slots");
    }
    return slots;
  }

  /** Of garbled circuits. */
  public Garbler garbler() {
    if (circuits == null) {
      throw new IllegalStateException("no circuits were set up");
    }
    return circuits;
  }
}
