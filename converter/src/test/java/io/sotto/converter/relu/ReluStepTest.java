package io.sotto.converter.relu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Traffic;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepRun;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Relus and truncations in both forms against the twin, and what their specs declare. */
@ExtendWith(LeakCheck.class)
class ReluStepTest {
  private static final int ELEMENTS = 30;

  private static ExactFormat exact(int bits, int fraction) {
    return new ExactFormat(ELEMENTS, bits, fraction);
  }

  private static HalfCellFormat halfCells(int bits, int fraction) {
    return new HalfCellFormat(ELEMENTS, bits, fraction);
  }

  @ParameterizedTest
  @CsvSource({"20, 8, 20, 1", "20, 8, 20, 70", "22, 8, 14, 50", "16, 0, 28, 50", "30, 11, 54, 9"})
  void bothFormsOfBothFunctionsAreTheTwinToTheLastBit(
      int bits, int dropped, int wideBits, int images) throws Exception {
    for (FunctionForm form : FunctionForm.values()) {
      for (ShareFormat input : List.of(halfCells(bits, 12), exact(bits, 12))) {
        ExactFormat output = exact(wideBits, 12 - dropped);
        check(new ReluServer(new ReluSpec(input, dropped, output, form)), images);
        check(new TruncateServer(new TruncateSpec(input, dropped, output, form)), images);
      }
    }
  }

  private static void check(ServerStep step, int images) throws Exception {
    long seed = new SecureRandom().nextLong();
    Random random = new Random(seed);
    // Of the whole range: what doesn't fit the output wraps at both sides alike.
    FixedTensor x = StepRun.values(step.spec().inputs().get(0), images, 1, random);
    assertThat(StepRun.run(step, List.of(x), random).values())
        .as("seed %d, %s", seed, step.spec())
        .isEqualTo(step.twin().run(List.of(x)).values());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused(halfCells(20, 12), 8, exact(20, 5), "drops 8 bits of the fraction");
    refused(halfCells(20, 12), 8, new ExactFormat(2, 20, 4), "no elements");
    refused(exact(20, 30), 19, exact(20, 11), "drops 19 of 20 bits");
    refused(exact(20, 12), 8, exact(11, 4), "12 to 62");
  }

  private static void refused(ShareFormat input, int dropped, ExactFormat output, String message) {
    assertThatThrownBy(() -> new ReluSpec(input, dropped, output, FunctionForm.LOOKUP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFormThatThereIsNotIsRefused() {
    SpecWriter out = new SpecWriter();
    for (int number : new int[] {1, ELEMENTS, 20, 12, 8, 20, 4}) {
      out.number(number);
    }
    SpecReader in = new SpecReader(ByteBuffer.wrap(out.toByteArray()));
    assertThatThrownBy(() -> ReluSpec.KIND.reader().apply(in))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("form");
  }

  /** At L = 20 and the usual trees. */
  @Test
  void whatTheFormsCost() {
    int images = 1000;
    double relus = ELEMENTS * images;
    Traffic lookup = traffic(FunctionForm.LOOKUP, images);
    Traffic circuit = traffic(FunctionForm.CIRCUIT, images);
    assertThat((lookup.bytesSent() + lookup.bytesReceived()) / relus).isBetween(134.0, 136.0);
    assertThat((circuit.bytesSent() + circuit.bytesReceived()) / relus).isBetween(735.0, 745.0);
  }

  @Test
  void fewGoThroughCircuitsAndManyThroughLookups() {
    int few = FunctionForm.FEW / ELEMENTS;
    assertThat(few * ELEMENTS).isLessThanOrEqualTo(FunctionForm.FEW);
    assertThat(traffic(FunctionForm.FITTING, few)).isEqualTo(traffic(FunctionForm.CIRCUIT, few));
    assertThat(traffic(FunctionForm.FITTING, few + 1))
        .isEqualTo(traffic(FunctionForm.LOOKUP, few + 1));
    assertThat(traffic(FunctionForm.LOOKUP, few)).isNotEqualTo(traffic(FunctionForm.CIRCUIT, few));
  }

  private static Traffic traffic(FunctionForm form, int images) {
    return new ReluSpec(halfCells(20, 12), 8, exact(20, 4), form)
        .clientTraffic(images, OtTrees.DEFAULT);
  }
}
