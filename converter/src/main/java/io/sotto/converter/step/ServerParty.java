package io.sotto.converter.step;

import io.sotto.channel.Channel;
import io.sotto.converter.setup.ServerSetups;
import io.sotto.converter.setup.Setup;
import java.security.SecureRandom;

/**
 * What the server brings to every step.
 *
 * @param setups what it holds of the plan's setups
 */
public record ServerParty(Channel channel, ServerSetups setups, SecureRandom random) {

  /** What the server holds of a setup that the step asked for. */
  public <S> S of(Setup<?, S> setup) {
    return setups.of(setup);
  }
}
