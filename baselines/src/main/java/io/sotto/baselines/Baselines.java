package io.sotto.baselines;

import io.sotto.baselines.cryptonets.SlotsSpec;
import io.sotto.baselines.mp2ml.SlotLinearSpec;
import io.sotto.baselines.mp2ml.SlotReluSpec;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.server.Schemes;
import java.util.List;

/** What a program registers that compares Sotto with the baselines. */
public final class Baselines {
  /** For its servers: the schemes that their settings may name. */
  public static final Schemes SCHEMES = Schemes.STOCK.with(List.of(new CryptoNets(), new Mp2ml()));

  /** For its clients: the plans that they read. */
  public static final PlanCodec PLANS =
      PlanCodec.STOCK.with(List.of(SlotsSpec.KIND, SlotLinearSpec.KIND, SlotReluSpec.KIND));

  private Baselines() {}
}
