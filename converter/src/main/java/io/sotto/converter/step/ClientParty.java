package io.sotto.converter.step;

import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.garble.Evaluator;
import java.security.SecureRandom;
import java.util.Map;

/** What the client brings to every step: its channel, keys, randomness and evaluator. */
public record ClientParty(
    Channel channel,
    Map<RingParameters, SecretKey> secretKeys,
    Evaluator evaluator,
    SecureRandom random) {

  public ClientParty {
    secretKeys = Map.copyOf(secretKeys);
  }

  /** The key for a ring of the plan. */
  public SecretKey secretKey(RingParameters ring) {
    SecretKey key = secretKeys.get(ring);
    if (key == null) {
      throw new IllegalStateException("no key was made for " + ring);
    }
    return key;
  }
}
