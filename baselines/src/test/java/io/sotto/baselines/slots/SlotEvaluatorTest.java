package io.sotto.baselines.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Encrypted arithmetic against doubles. */
@ExtendWith(LeakCheck.class)
class SlotEvaluatorTest {
  private static final long SEED = 20261124;

  /**
   * Key switching adds more noise than the rest, up to some thousandths; a wrong slot is off by far
   * more.
   */
  private static final double ROTATION = 2e-2;

  private final Scope scope = new Scope();
  private SlotContext context;
  private SlotClient client;
  private SlotEvaluator evaluator;
  private double[] x;
  private double[] y;
  private EncryptedSlots ex;
  private EncryptedSlots ey;

  @BeforeEach
  void open() {
    context = scope.own(SlotContext.create(SlotParameters.of(13, 3, 30, 50)));
    client = scope.own(SlotClient.create(context));
    evaluator = new SlotEvaluator(context, scope.own(client.evaluationKeys(1, -3)));
    Random random = new Random(SEED);
    x = random.doubles(context.slots(), -4, 4).toArray();
    y = random.doubles(context.slots(), -4, 4).toArray();
    ex = scope.own(client.encrypt(x));
    ey = scope.own(client.encrypt(y));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private void assertSlots(EncryptedSlots actual, double tolerance, IntToDoubleFunction expected) {
    scope.own(actual);
    double[] values = client.decrypt(actual);
    assertThat(values).hasSize(context.slots());
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i])
          .as("slot %d, seed %d", i, SEED)
          .isCloseTo(expected.applyAsDouble(i), within(tolerance));
    }
  }

  private EncryptedSlots product(EncryptedSlots a, EncryptedSlots b) {
    try (EncryptedProduct product = evaluator.multiply(a, b);
        EncryptedSlots wide = evaluator.relinearise(product)) {
      return evaluator.rescale(wide);
    }
  }

  @Test
  void encryptsAndDecrypts() {
    assertThat(ex.level()).isEqualTo(context.topLevel()).isEqualTo(3);
    assertSlots(client.encrypt(x), 1e-4, i -> x[i]);
    assertSlots(client.encrypt(1.5, -2), 1e-4, i -> i == 0 ? 1.5 : i == 1 ? -2 : 0);
  }

  @Test
  void addsAndSubtracts() {
    assertSlots(evaluator.add(ex, ey), 1e-4, i -> x[i] + y[i]);
    assertSlots(evaluator.subtract(ex, ey), 1e-4, i -> x[i] - y[i]);
    assertSlots(evaluator.add(ex, y), 1e-4, i -> x[i] + y[i]);
  }

  @Test
  void multipliesRelinearisesAndRescales() {
    try (EncryptedProduct product = evaluator.multiply(ex, ey)) {
      EncryptedSlots wide = evaluator.relinearise(product);
      assertThat(wide.scale()).isEqualTo(ex.scale() * ey.scale());
      assertThat(wide.level()).isEqualTo(3);
      assertSlots(wide, 1e-3, i -> x[i] * y[i]);
      EncryptedSlots narrow = evaluator.rescale(wide);
      assertThat(narrow.level()).isEqualTo(2);
      assertThat(narrow.scale()).isCloseTo(ex.scale(), within(ex.scale() / 1000));
      assertSlots(narrow, 1e-3, i -> x[i] * y[i]);
    }
  }

  @Test
  void multipliesByPlainNumbers() {
    EncryptedSlots weighted = scope.own(evaluator.multiply(ex, y));
    assertSlots(evaluator.rescale(weighted), 1e-3, i -> x[i] * y[i]);
    EncryptedSlots scaled = scope.own(evaluator.scale(ex, -0.75));
    assertSlots(evaluator.rescale(scaled), 1e-3, i -> -0.75 * x[i]);
  }

  @Test
  void rotates() {
    int slots = context.slots();
    assertSlots(evaluator.rotate(ex, 1), ROTATION, i -> x[(i + 1) % slots]);
    assertSlots(evaluator.rotate(ex, -3), ROTATION, i -> x[(i + slots - 3) % slots]);
    assertThatThrownBy(() -> evaluator.rotate(ex, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A square activation between two weightings, as polynomial networks do. */
  @Test
  void goesAsDeepAsItsLevels() {
    EncryptedSlots weighted = scope.own(evaluator.multiply(ex, y));
    EncryptedSlots first = scope.own(evaluator.rescale(weighted));
    EncryptedSlots square = scope.own(product(first, first));
    EncryptedSlots shifted = scope.own(evaluator.add(square, y));
    EncryptedSlots scaled = scope.own(evaluator.scale(shifted, 0.5));
    EncryptedSlots last = evaluator.rescale(scaled);
    assertThat(last.level()).isZero();
    assertSlots(last, 2e-2, i -> (x[i] * y[i] * x[i] * y[i] + y[i]) / 2);
    assertThatThrownBy(() -> evaluator.rescale(last)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void operandsMustAgree() {
    EncryptedSlots lower = scope.own(evaluator.toLevel(ex, 1));
    assertThat(lower.level()).isEqualTo(1);
    assertThatThrownBy(() -> evaluator.add(lower, ey)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> evaluator.multiply(lower, ey))
        .isInstanceOf(IllegalArgumentException.class);
    EncryptedSlots same = scope.own(evaluator.toLevel(ey, 1));
    assertSlots(evaluator.add(lower, same), 1e-4, i -> x[i] + y[i]);
    EncryptedSlots wide = scope.own(evaluator.multiply(ex, y));
    assertThatThrownBy(() -> evaluator.add(wide, ey)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesProductsWithZeros() {
    assertThatThrownBy(() -> evaluator.multiply(ex, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zeros");
    assertThatThrownBy(() -> evaluator.scale(ex, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zeros");
  }

  @Test
  void refusesTooManyNumbers() {
    assertThatThrownBy(() -> client.encrypt(new double[context.slots() + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Integer.toString(context.slots()));
  }
}
