package io.sotto.converter.step;

import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.garble.CircuitEvaluator;
import io.sotto.gc.garble.CircuitForm;
import io.sotto.gc.garble.CircuitGarbler;
import io.sotto.gc.lookup.LookupForm;
import io.sotto.gc.lookup.LookupSide;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import java.util.Arrays;

/** How a function of shares is computed, which both parties have to know: alike to the last bit. */
public enum FunctionForm {
  /** Carries in a garbled circuit; see {@link CircuitForm}. */
  CIRCUIT(1) {
    @Override
    public Traffic clientTraffic(ShareFunction function, int count, OtTrees trees) {
      return new CircuitForm(function).evaluatorTraffic(count, trees);
    }

    @Override
    void garble(
        GarblerCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to) {
      CircuitGarbler.compute(own, new CircuitForm(f), count, from, to);
    }

    @Override
    void evaluate(
        EvaluatorCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to) {
      CircuitEvaluator.compute(own, new CircuitForm(f), count, from, to);
    }
  },

  /** Carries by lookups; see {@link LookupForm}. */
  LOOKUP(2) {
    @Override
    public Traffic clientTraffic(ShareFunction function, int count, OtTrees trees) {
      return new LookupForm(function).evaluatorTraffic(count, trees);
    }

    @Override
    void garble(
        GarblerCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to) {
      LookupSide.compute(own, new LookupForm(f), count, from, to);
    }

    @Override
    void evaluate(
        EvaluatorCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to) {
      LookupSide.compute(own, new LookupForm(f), count, from, to);
    }
  },

  /** Circuits for few instances, of which rounds are what counts; lookups for many. */
  FITTING(3) {
    @Override
    public Traffic clientTraffic(ShareFunction function, int count, OtTrees trees) {
      return fitting(count).clientTraffic(function, count, trees);
    }

    @Override
    void garble(
        GarblerCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to) {
      fitting(count).garble(own, f, count, from, to);
    }

    @Override
    void evaluate(
        EvaluatorCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to) {
      fitting(count).evaluate(own, f, count, from, to);
    }
  };

  /** Instances up to which a circuit takes less time than lookups. AGREEMENT. */
  public static final int FEW = 256;

  private final int code;

  FunctionForm(int code) {
    this.code = code;
  }

  private static FunctionForm fitting(int count) {
    return count <= FEW ? CIRCUIT : LOOKUP;
  }

  /** What stands for it on the wire. */
  public int code() {
    return code;
  }

  /** The form that comes next on the wire. */
  public static FunctionForm read(String what, SpecReader in) {
    int code = in.number(what, CIRCUIT.code, FITTING.code);
    return Arrays.stream(values()).filter(form -> form.code == code).findFirst().orElseThrow();
  }

  /** What the client sends, receives and waits for. */
  public abstract Traffic clientTraffic(ShareFunction function, int count, OtTrees trees);

  abstract void garble(
      GarblerCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to);

  abstract void evaluate(
      EvaluatorCorrelations own, ShareFunction f, int count, NativeBuffer from, NativeBuffer to);
}
