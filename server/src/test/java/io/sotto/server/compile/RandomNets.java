package io.sotto.server.compile;

import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded random models of all kinds of node, with branches, several inputs and outputs. */
final class RandomNets {
  private static final int MAX_ELEMENTS = 700;

  private final Random random;
  private final Net net;

  /** Values that nothing takes yet, and those that something does. */
  private final List<Node> open = new ArrayList<>();

  private final List<Node> all = new ArrayList<>();

  /** How often values were multiplied: products of products soon fit no format. */
  private int products;

  private RandomNets(long seed) {
    random = new Random(seed);
    net = new Net(seed);
  }

  static Graph of(long seed) {
    return new RandomNets(seed).build();
  }

  private Graph build() {
    int inputs = random.nextInt(4) == 0 ? 2 : 1;
    int size = 4 + random.nextInt(4);
    for (int i = 0; i < inputs; i++) {
      add(net.input(size, size, 1 + random.nextInt(3)));
    }
    int nodes = 4 + random.nextInt(9);
    for (int i = 0; i < nodes; i++) {
      Node x = random.nextInt(3) > 0 ? pick(open) : pick(all);
      Node made = x.shape().rank() == 3 ? onPicture(x) : onVector(x);
      if (made != x) {
        add(made);
        open.remove(x);
      }
    }
    // Every input is of use in the end, in a layer over everything that is open.
    List<Node> flat = new ArrayList<>();
    for (Node node : List.copyOf(open)) {
      flat.add(net.flat(node));
    }
    Node joined = flat.size() == 1 ? flat.get(0) : net.concat(flat.toArray(new Node[0]));
    Node logits = net.dense(joined, 2 + random.nextInt(5));
    return switch (random.nextInt(4)) {
      case 0 -> net.build(net.softmax(logits));
      case 1 -> net.build(logits, net.relu(logits));
      default -> net.build(logits);
    };
  }

  private void add(Node node) {
    open.add(node);
    all.add(node);
  }

  private Node pick(List<Node> nodes) {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private Node onPicture(Node x) {
    int height = x.shape().dim(0);
    int channels = x.shape().dim(2);
    return switch (random.nextInt(18)) {
      case 0, 1 -> net.conv(x, 1 + 2 * random.nextInt(2), 1 + random.nextInt(5));
      case 2 -> net.conv(x, 3, 1 + random.nextInt(4), 2, 1);
      case 3 -> net.conv(x, 3, channels * (1 + random.nextInt(2)), 1, channels);
      case 4 -> net.bias(x);
      case 5 -> net.norm(x);
      case 6, 7, 8 -> net.relu(x);
      case 9 -> net.clip(x, random.nextBoolean() ? 0 : -0.4f, 0.7f);
      case 10 -> net.leaky(x);
      case 11 -> height < 2 ? x : net.maxPool(x, 2, 1 + random.nextInt(2), random.nextInt(2));
      case 12 -> height < 3 ? x : net.avgPool(x, 3, 1 + random.nextInt(2), random.nextInt(2));
      case 13 -> net.globalAverage(x);
      case 14 ->
          x.shape().elements() > MAX_ELEMENTS / 2
              ? x
              : net.pad(x, 1, random.nextBoolean() ? 0 : 0.5f);
      case 15 -> channels < 2 ? net.shuffled(x) : net.channels(x, 1, channels);
      default -> withAnother(x);
    };
  }

  private Node onVector(Node x) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> net.dense(x, 2 + random.nextInt(8));
      case 2 -> net.relu(x);
      case 3 -> net.norm(x);
      case 4 -> net.leaky(x);
      case 5 -> net.shuffled(x);
      default -> withAnother(x);
    };
  }

  /** The sum, difference, product or concatenation with a value of the same shape. */
  private Node withAnother(Node x) {
    List<Node> alike = all.stream().filter(node -> node.shape().equals(x.shape())).toList();
    Node y = pick(alike);
    int kind = random.nextInt(5);
    if (kind == 4 && products == 0) {
      products++;
      return net.times(x, y);
    }
    if (kind == 3 && 2 * x.shape().elements() <= MAX_ELEMENTS) {
      return net.concat(x, y);
    }
    return kind == 0 ? net.minus(x, y) : net.plus(x, y);
  }
}
