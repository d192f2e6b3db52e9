package io.sotto.server.compile.operations;

import io.sotto.converter.maxpool.Pooling;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.server.compile.affine.AffineMap;
import java.util.List;
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
  }

  /**
   * Part of a combination: element i gets {@code coefficient * 2^-exponent * x[refs[i]]}, nothing
   * where the reference is {@link AffineMap#ZERO}.
   *
   * @param value that x is
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  record Term(int value, int coefficient, int exponent, int[] refs) {
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
  }

  /** {@code max(x, 0)} of each element. */
  record Relu(String name, @Nullable Node result, int input, int elements) implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /** The same numbers in shares as wide as a linear layer needs them. */
  record Widen(String name, @Nullable Node result, int input, int elements) implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
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
  }

  /** The largest element of each window. */
  record MaxPool(
      String name, @Nullable Node result, int input, int elements, List<Pooling> poolings)
      implements Op {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /** Products element by element. */
  record Multiply(String name, @Nullable Node result, int left, int right, int elements)
      implements Op {
    @Override
    public List<Integer> inputs() {
      return left == right ? List.of(left) : List.of(left, right);
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
  }
}
