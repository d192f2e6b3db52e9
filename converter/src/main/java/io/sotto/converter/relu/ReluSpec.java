package io.sotto.converter.relu;

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
 * {@code x = max(0, y)}, y being the input without its lowest bits, rounded down.
 *
 * @param dropped bits
 * @param output exact shares, at least as wide as y
 */
public record ReluSpec(ShareFormat input, int dropped, ExactFormat output, FunctionForm form)
    implements FunctionSpec {
  public static final StepKind KIND = new StepKind(2, "relu", ReluSpec::read);

  public ReluSpec {
    FunctionSpec.validate("a relu", ShareFunction.Kind.RELU, input, dropped, output);
  }

  /** Of exact shares, nothing dropped, by lookups. */
  public ReluSpec(ExactFormat input, ExactFormat output) {
    this(input, 0, output, FunctionForm.LOOKUP);
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public ShareFunction.Kind function() {
    return ShareFunction.Kind.RELU;
  }

  @Override
  public void write(SpecWriter out) {
    FunctionSpec.write(this, out);
  }

  private static StepSpec read(SpecReader in) {
    return FunctionSpec.read("a relu", in, ReluSpec::new);
  }

  @Override
  public ClientStep client() {
    return new ReluClient(this);
  }
}
