package io.sotto.converter.step;

import io.sotto.channel.Channel;
import io.sotto.converter.setup.ClientSetups;
import io.sotto.converter.setup.Setup;
import java.security.SecureRandom;

/**
 * What the client brings to every step.
 *
 * @param setups what it holds of the plan's setups
 * @param stop that loops between messages ask
 */
public record ClientParty(
    Channel channel, ClientSetups setups, SecureRandom random, StopSignal stop) {

  /** What the client holds of a setup that the step asked for. */
  public <C> C of(Setup<C, ?> setup) {
    return setups.of(setup);
  }
}
