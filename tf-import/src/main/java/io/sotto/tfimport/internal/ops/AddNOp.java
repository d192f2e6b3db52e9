package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Add;
import io.sotto.graph.Node;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The sum of any number of tensors. */
final class AddNOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("AddN");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.inputCount() == 1) {
      return node.input(0);
    }
    List<Node> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputCount(); i++) {
      inputs.add(node.activation(i, "addend"));
    }
    List<Integer> signs = Collections.nCopies(inputs.size(), 1);
    return node.emit(name -> Add.of(name, inputs, signs));
  }
}
