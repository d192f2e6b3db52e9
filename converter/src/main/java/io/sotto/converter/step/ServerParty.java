package io.sotto.converter.step;

import io.sotto.ckks.PublicKey;
import io.sotto.ckks.RingParameters;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.garble.Garbler;
import java.security.SecureRandom;
import java.util.Map;

/** What the server brings to every step: its channel, the client's keys, randomness and garbler. */
public record ServerParty(
    Channel channel,
    Map<RingParameters, PublicKey> publicKeys,
    Garbler garbler,
    SecureRandom random) {

  public ServerParty {
    publicKeys = Map.copyOf(publicKeys);
  }

  /** The client's key for a ring of the plan. */
  public PublicKey publicKey(RingParameters ring) {
    PublicKey key = publicKeys.get(ring);
    if (key == null) {
      throw new IllegalStateException("the client gave no key for " + ring);
    }
    return key;
  }
}
