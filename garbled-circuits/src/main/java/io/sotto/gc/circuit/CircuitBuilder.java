package io.sotto.gc.circuit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a {@link Circuit} from bits. Constants fold away, NOT and XOR cost nothing in the garbled
 * form, gates that no output needs are left out, slots are given by liveness.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> Bits of another builder or inputs declared in the wrong order are wrong use.
 */
public final class CircuitBuilder {
  private static final int INPUT = -1;

  private record Node(int operation, Bit first, Bit second) {}

  private final List<Node> nodes = new ArrayList<>();
  private final List<Bit> outputs = new ArrayList<>();
  private int garblerInputs;
  private int evaluatorInputs;

  /** Declares the next input bits of the garbler; all of them come before the evaluator's. */
  public Bit[] garblerInput(int bits) {
    if (nodes.size() != garblerInputs) {
      throw new IllegalStateException(
          "the garbler's inputs come first: declare them before the evaluator's and before gates");
    }
    garblerInputs += bits;
    return inputs(bits);
  }

  /** Declares the next input bits of the evaluator; all of them come before the first gate. */
  public Bit[] evaluatorInput(int bits) {
    if (nodes.size() != garblerInputs + evaluatorInputs) {
      throw new IllegalStateException(
          "the evaluator's inputs come before the gates: declare them first");
    }
    evaluatorInputs += bits;
    return inputs(bits);
  }

  private Bit[] inputs(int bits) {
    Bit[] result = new Bit[bits];
    for (int i = 0; i < bits; i++) {
      result[i] = add(new Node(INPUT, Bit.ZERO, Bit.ZERO));
    }
    return result;
  }

  private Bit add(Node node) {
    nodes.add(node);
    return new Bit(nodes.size() - 1, false);
  }

  /** Exclusive or: free. */
  public Bit xor(Bit a, Bit b) {
    check(a);
    check(b);
    if (a.isConstant()) {
      return a.inverted() ? b.not() : b;
    }
    if (b.isConstant()) {
      return b.inverted() ? a.not() : a;
    }
    boolean inverted = a.inverted() ^ b.inverted();
    if (a.node() == b.node()) {
      return Bit.of(inverted);
    }
    Bit result = add(new Node(Circuit.XOR, plain(a), plain(b)));
    return inverted ? result.not() : result;
  }

  /** And: the one operation that costs something. */
  public Bit and(Bit a, Bit b) {
    check(a);
    check(b);
    if (a.isConstant()) {
      return a.inverted() ? b : Bit.ZERO;
    }
    if (b.isConstant()) {
      return b.inverted() ? a : Bit.ZERO;
    }
    if (a.node() == b.node()) {
      return a.inverted() == b.inverted() ? a : Bit.ZERO;
    }
    return add(new Node(Circuit.AND, a, b));
  }

  /** Or: one AND. */
  public Bit or(Bit a, Bit b) {
    return and(a.not(), b.not()).not();
  }

  /** {@code choice ? ifOne : ifZero}: one AND. */
  public Bit mux(Bit choice, Bit ifOne, Bit ifZero) {
    return xor(and(choice, xor(ifOne, ifZero)), ifZero);
  }

  /** Appends outputs, in this order. */
  public void output(Bit... bits) {
    for (Bit bit : bits) {
      check(bit);
      outputs.add(bit);
    }
  }

  private void check(Bit bit) {
    if (bit.node() < Bit.CONSTANT || bit.node() >= nodes.size()) {
      throw new IllegalArgumentException("bit " + bit + " is not one of this builder");
    }
  }

  private static Bit plain(Bit bit) {
    return bit.inverted() ? bit.not() : bit;
  }

  /** The circuit so far. */
  public Circuit build() {
    if (outputs.isEmpty()) {
      throw new IllegalStateException("a circuit needs an output: call output first");
    }
    return new Layout().lay();
  }

  /**
   * Turns the needed nodes into gates on slots. Each bit, plain or inverted, that a gate or output
   * reads is a wire of its own; an inverted one and a constant get a gate of their own in front of
   * their first reader.
   */
  private final class Layout {
    private final int constantKey = 2 * nodes.size();
    private final int[] readsLeft = new int[constantKey + 2];
    private final int[] slotOf = new int[constantKey + 2];
    private final ArrayList<Integer> free = new ArrayList<>();
    private final int inputs = garblerInputs + evaluatorInputs;
    private int slots = inputs;
    private int[] gates = new int[64];
    private int used;

    Circuit lay() {
      Arrays.fill(slotOf, -1);
      boolean[] needed = countReads();
      for (int i = 0; i < inputs; i++) {
        slotOf[2 * i] = i;
      }
      for (int i = inputs - 1; i >= 0; i--) {
        if (readsLeft[2 * i] == 0) {
          free.add(i);
        }
      }
      for (int n = inputs; n < nodes.size(); n++) {
        if (needed[n]) {
          Node node = nodes.get(n);
          int first = slot(node.first());
          int second = slot(node.second());
          release(node.first());
          release(node.second());
          slotOf[2 * n] = emit(node.operation(), first, second);
        }
      }
      int[] outputSlots = new int[outputs.size()];
      for (int k = 0; k < outputSlots.length; k++) {
        outputSlots[k] = slot(outputs.get(k));
      }
      return new Circuit(
          garblerInputs, evaluatorInputs, slots, Arrays.copyOf(gates, used), outputSlots);
    }

    private int key(Bit bit) {
      return (bit.isConstant() ? constantKey : 2 * bit.node()) + (bit.inverted() ? 1 : 0);
    }

    /** Outputs count as reads that never end, so their slots stay. */
    private boolean[] countReads() {
      boolean[] needed = new boolean[nodes.size()];
      for (Bit bit : outputs) {
        read(bit, needed);
      }
      for (int n = nodes.size() - 1; n >= inputs; n--) {
        if (needed[n]) {
          read(nodes.get(n).first(), needed);
          read(nodes.get(n).second(), needed);
        }
      }
      return needed;
    }

    private void read(Bit bit, boolean[] needed) {
      int key = key(bit);
      readsLeft[key]++;
      if (bit.isConstant()) {
        if (inputs == 0) {
          throw new IllegalStateException("a circuit with constant outputs needs an input");
        }
        if (bit.inverted() && readsLeft[key] == 1) {
          readsLeft[constantKey]++;
        }
        return;
      }
      needed[bit.node()] = true;
      if (bit.inverted() && readsLeft[key] == 1) {
        readsLeft[key - 1]++;
      }
    }

    private int slot(Bit bit) {
      int key = key(bit);
      if (slotOf[key] < 0) {
        if (bit.inverted()) {
          Bit plain = bit.not();
          int source = slot(plain);
          release(plain);
          slotOf[key] = emit(Circuit.NOT, source, source);
        } else {
          // Any wire XOR itself; slot 0 always holds one, and only outputs are constants here.
          slotOf[key] = emit(Circuit.XOR, 0, 0);
        }
      }
      return slotOf[key];
    }

    private void release(Bit bit) {
      int key = key(bit);
      if (--readsLeft[key] == 0) {
        free.add(slotOf[key]);
      }
    }

    private int emit(int operation, int first, int second) {
      int target = free.isEmpty() ? slots++ : free.remove(free.size() - 1);
      if (used + 4 > gates.length) {
        gates = Arrays.copyOf(gates, 2 * gates.length);
      }
      gates[used++] = operation;
      gates[used++] = first;
      gates[used++] = second;
      gates[used++] = target;
      return target;
    }
  }
}
