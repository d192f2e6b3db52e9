package io.sotto.converter.truncate;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.FunctionSpec;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.function.ShareFunction;

/**
 * The input without its lowest bits, rounded down: what a linear step gives becomes exact shares,
 * and exact shares become wider ones.
 *
 * @param dropped bits
 * @param output exact shares, narrower than the input or wider
 */
public record TruncateSpec(ShareFormat input, int dropped, ExactFormat output, FunctionForm form)
    implements FunctionSpec {
  public static final StepKind KIND = new StepKind(7, "truncate", TruncateSpec::read);

  public TruncateSpec {
    FunctionSpec.validate("a truncation", ShareFunction.Kind.VALUE, input, dropped, output);
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public ShareFunction.Kind function() {
    return ShareFunction.Kind.VALUE;
  }

  @Override
  public void write(SpecWriter out) {
    FunctionSpec.write(this, out);
  }

  private static StepSpec read(SpecReader in) {
    return FunctionSpec.read("a truncation", in, TruncateSpec::new);
  }

  @Override
  public ClientStep client() {
    return new TruncateClient(this);
  }
}
