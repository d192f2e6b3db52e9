package io.sotto.tfimport.refusal;

import java.util.List;

/** A sound model uses operations that can't be imported; the message lists every one of them. */
public final class UnsupportedModelException extends ModelImportException {
  private static final long serialVersionUID = 1L;

  private final transient List<UnsupportedNode> nodes;

  /**
   * A node of the model that can't be imported.
   *
   * @param layer the layer it belongs to, empty if the model does not tell
   * @param name TensorFlow's name of the node
   * @param op its TensorFlow operation
   * @param reason why it can't be imported
   * @param instead what the author can write instead
   */
  public record UnsupportedNode(
      String layer, String name, String op, String reason, String instead) {
    @Override
    public String toString() {
      return "%s (%s)%s: %s; %s"
          .formatted(name, op, layer.isEmpty() ? "" : " of layer " + layer, reason, instead);
    }
  }

  /**
   * An error that lists these nodes.
   *
   * @param model where the model is
   * @param nodes all nodes at fault, in the model's order
   * @param supported what is supported, for the reader to compare with
   */
  public UnsupportedModelException(String model, List<UnsupportedNode> nodes, String supported) {
    super(message(model, nodes, supported));
    this.nodes = List.copyOf(nodes);
  }

  public List<UnsupportedNode> nodes() {
    return nodes;
  }

  private static String message(String model, List<UnsupportedNode> nodes, String supported) {
    StringBuilder text = new StringBuilder();
    text.append(
        nodes.size() == 1
            ? "one node of %s can't be imported:".formatted(model)
            : "%d nodes of %s can't be imported:".formatted(nodes.size(), model));
    for (UnsupportedNode node : nodes) {
      text.append("\n  ").append(node);
    }
    return text.append("\nSupported: ").append(supported).append('.').toString();
  }
}
