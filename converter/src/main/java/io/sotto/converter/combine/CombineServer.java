package io.sotto.converter.combine;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.StopSignal;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server combines its own shares, and adds the constants to its share of the result.
 *
 * <p><b>Security.</b> Nothing is sent or received. The constants are the model's and stay here.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public final class CombineServer implements ServerStep {
  private final CombineSpec spec;
  private final long @Nullable [] constants;

  /**
   * @param constants scaled as the output, one an element; null for none
   */
  public CombineServer(CombineSpec spec, long @Nullable [] constants) {
    if (constants != null && constants.length != spec.output().elements()) {
      throw new IllegalArgumentException(
          "%d constants given for %d elements"
              .formatted(constants.length, spec.output().elements()));
    }
    this.spec = spec;
    this.constants = constants == null ? null : constants.clone();
  }

  @Override
  public CombineSpec spec() {
    return spec;
  }

  @Override
  public Twin twin() {
    return new CombineTwin(spec, constants);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    return ShareSums.of(spec, inputs, constants, StopSignal.NEVER, scope);
  }
}
