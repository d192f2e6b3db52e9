package io.sotto.server.compile.operations;

import io.sotto.converter.maxpool.Pooling;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.server.compile.affine.AffineMap;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a model after lowering. Its result is a value, and values are numbered in the
 * order of the operations.
 */
public sealed interface Op {
  /** For people: the model's own names where it has them. */
  String name();

  /** The node whose result this is, or whose results are among its; null if there is none. */
  @Nullable Node result();

  /** The values it takes. */
  List<Integer> inputs();

  /** Elements of the result. */
  int elements();

  /** The same operation on other values, of as many elements each. */
  Op on(IntUnaryOperator others);

  <R> R accept(Visitor<R> visitor);

  /** One method a kind of operation: the compiler tells every visitor of a new kind. */
  interface Visitor<R> {
    R visit(Input input);

    R visit(Linear layer);

    R visit(Combine sum);

    R visit(Relu relu);

    R visit(Widen widen);

    R visit(Round round);

    R visit(MaxPool pool);

    R visit(Multiply product);

    R visit(ArgMax argMax);
  }

  /** What the client sends. */
  record Input(String name, Node result, Shape shape) implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of();
    }

    @Override
    public int elements() {
      return shape.elements();
    }

    @Override
    public Input on(IntUnaryOperator others) {
      return this;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * All weighted nodes since the last non-linear ones, as one map of the inputs one after another.
   *
   * @param parameters weights and biases of those nodes
   */
  record Linear(
      String name, @Nullable Node result, List<Integer> inputs, AffineMap map, long parameters)
      implements Op {
    @Override
    public int elements() {
      return map.outputs();
    }

    @Override
    public Linear on(IntUnaryOperator others) {
      List<Integer> moved = inputs.stream().map(others::applyAsInt).toList();
      return new Linear(name, result, moved, map, parameters);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Part of a combination: element i gets {@code coefficient * 2^-exponent * x[refs[i]]}, nothing
   * where the reference is {@link AffineMap#ZERO}.
   *
   * @param value that x is
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  record Term(int value, int coefficient, int exponent, int[] refs) {
    /** What x is multiplied by. */
    public double factor() {
      return Math.scalb((double) coefficient, -exponent);
    }

    Term on(IntUnaryOperator others) {
      return new Term(others.applyAsInt(value), coefficient, exponent, refs);
    }

    boolean isIdentity(int elements) {
      if (coefficient != 1 || exponent != 0 || refs.length != elements) {
        return false;
      }
      for (int i = 0; i < refs.length; i++) {
        if (refs[i] != i) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * A sum of terms that is public but for the constants.
   *
   * @param constants null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  record Combine(
      String name,
      @Nullable Node result,
      int elements,
      List<Term> terms,
      double @Nullable [] constants)
      implements Op {
    @Override
    public List<Integer> inputs() {
      return terms.stream().map(Term::value).distinct().toList();
    }

    @Override
    public Combine on(IntUnaryOperator others) {
      List<Term> moved = terms.stream().map(term -> term.on(others)).toList();
      return new Combine(name, result, elements, moved, constants);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** {@code max(x, 0)} of each element. */
  record Relu(String name, @Nullable Node result, int input, int elements) implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public Relu on(IntUnaryOperator others) {
      return new Relu(name, result, others.applyAsInt(input), elements);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The same numbers in shares as wide as a linear layer needs them. */
  record Widen(String name, @Nullable Node result, int input, int elements) implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public Widen on(IntUnaryOperator others) {
      return new Widen(name, result, others.applyAsInt(input), elements);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The same numbers, rounded to fewer fraction bits: what a sum of many is too fine in makes the
   * next layer's products wide, and with them the ring of all layers.
   *
   * @param summed how many numbers are added up in each, at most
   */
  record Round(String name, @Nullable Node result, int input, int elements, int summed)
      implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public Round on(IntUnaryOperator others) {
      return new Round(name, result, others.applyAsInt(input), elements, summed);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The largest element of each window. */
  record MaxPool(
      String name, @Nullable Node result, int input, int elements, List<Pooling> poolings)
      implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public MaxPool on(IntUnaryOperator others) {
      return new MaxPool(name, result, others.applyAsInt(input), elements, poolings);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Products element by element. */
  record Multiply(String name, @Nullable Node result, int left, int right, int elements)
      implements Op {
    @Override
    public List<Integer> inputs() {
      return left == right ? List.of(left) : List.of(left, right);
    }

    @Override
    public Multiply on(IntUnaryOperator others) {
      return new Multiply(
          name, result, others.applyAsInt(left), others.applyAsInt(right), elements);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The places of the largest elements of rows, the first of equal ones. */
  record ArgMax(String name, int input, int rows, int length) implements Op {
    @Override
    public @Nullable Node result() {
      return null;
    }

    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }

    @Override
    public int elements() {
      return rows;
    }

    @Override
    public ArgMax on(IntUnaryOperator others) {
      return new ArgMax(name, others.applyAsInt(input), rows, length);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
