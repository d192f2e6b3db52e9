package io.sotto.converter.step;

import io.sotto.channel.Traffic;
import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Shares;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * A step that computes a {@link ShareFunction} element by element. It drops low bits of its input,
 * exactly, and of shares in half cells the half unit with them.
 */
public interface FunctionSpec extends StepSpec {
  /** Shares of either kind. */
  ShareFormat input();

  @Override
  ExactFormat output();

  /** Low bits of the values that are dropped. */
  int dropped();

  FunctionForm form();

  ShareFunction.Kind function();

  /** What is computed of the shares. */
  default ShareFunction shareFunction() {
    return shareFunction(function(), input(), dropped(), output());
  }

  private static ShareFunction shareFunction(
      ShareFunction.Kind function, ShareFormat input, int dropped, ExactFormat output) {
    int low = dropped + input.guardBits();
    return new ShareFunction(function, low, input.bits() - dropped, output.bits());
  }

  @Override
  default List<ShareFormat> inputs() {
    return List.of(input());
  }

  @Override
  default Traffic clientTraffic(int images, OtTrees trees) {
    int count = Math.multiplyExact(input().elements(), images);
    return form().clientTraffic(shareFunction(), count, trees);
  }

  /** The server's side. */
  default Shares run(ServerParty party, Shares share, Scope scope) {
    ExactShares result = output().allocate(share.images(), scope);
    form()
        .garble(
            party.of(new TransferSetup()),
            shareFunction(),
            share.count(),
            share.values(),
            result.values());
    return result;
  }

  /** The client's side. */
  default Shares run(ClientParty party, Shares share, Scope scope) {
    ExactShares result = output().allocate(share.images(), scope);
    form()
        .evaluate(
            party.of(new TransferSetup()),
            shareFunction(),
            share.count(),
            share.values(),
            result.values());
    return result;
  }

  /** Checks what all such steps have in common. */
  static void validate(
      String what,
      ShareFunction.Kind function,
      ShareFormat input,
      int dropped,
      ExactFormat output) {
    if (input.elements() != output.elements() || input.fraction() - dropped != output.fraction()) {
      throw new IllegalArgumentException(
          "%s drops %d bits of the fraction and no elements; given are %s -> %s"
              .formatted(what, dropped, input, output));
    }
    if (dropped < 0 || dropped > input.bits() - 2) {
      throw new IllegalArgumentException(
          "%s drops %d of %d bits; allowed are 0..%d"
              .formatted(what, dropped, input.bits(), input.bits() - 2));
    }
    // The function checks its widths.
    shareFunction(function, input, dropped, output);
  }

  /** Writes all that differs from step to step. */
  static void write(FunctionSpec spec, SpecWriter out) {
    out.share(spec.input())
        .number(spec.dropped())
        .number(spec.output().bits())
        .number(spec.form().code());
  }

  /** Makes a spec of its numbers. */
  @FunctionalInterface
  interface Maker {
    StepSpec make(ShareFormat input, int dropped, ExactFormat output, FunctionForm form);
  }

  /** Reads what {@link #write} wrote. */
  static StepSpec read(String what, SpecReader in, Maker maker) {
    ShareFormat input = in.share(what + "'s input");
    int dropped = in.number(what + "'s dropped bits", 0, input.fraction());
    int bits = in.number(what + "'s output width", 2, ExactFormat.MAX_BITS);
    FunctionForm form = FunctionForm.read(what + "'s form", in);
    ExactFormat output = new ExactFormat(input.elements(), bits, input.fraction() - dropped);
    return maker.make(input, dropped, output, form);
  }
}
