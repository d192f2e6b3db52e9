package io.sotto.tfimport;

import static io.sotto.tfimport.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model of the zoo computes what TensorFlow computed. */
class ZooTest {
  static List<String> models() {
    return Samples.zoo();
  }

  @ParameterizedTest
  @MethodSource("models")
  void theImportedGraphComputesWhatTensorFlowComputed(String name) {
    assertComputes(SavedModelReader.readAsWritten(Samples.zoo(name), null), name);
  }

  @ParameterizedTest
  @MethodSource("models")
  void soDoesTheSimplifiedOne(String name) {
    Graph simplified = SavedModelReader.read(Samples.zoo(name));
    assertComputes(simplified, name);
    assertThat(simplified.nodes())
        .hasSizeLessThanOrEqualTo(
            SavedModelReader.readAsWritten(Samples.zoo(name), null).nodes().size());
  }

  private static void assertComputes(Graph graph, String name) {
    List<float[]> inputs =
        graph.inputs().stream()
            .map(in -> Samples.zooFile(name, "input", graph.inputs().size(), in.name()))
            .toList();
    List<float[]> outputs = new GraphInterpreter(graph).run(inputs);
    for (int i = 0; i < outputs.size(); i++) {
      String output = graph.outputs().get(i).name();
      assertClose(
          outputs.get(i), Samples.zooFile(name, "expected", graph.outputs().size(), output));
    }
  }

  @Test
  void theZooHasEveryKindOfNode() {
    assertThat(models()).hasSizeGreaterThanOrEqualTo(40);
    Set<String> kinds = new HashSet<>();
    for (String name : models()) {
      SavedModelReader.readAsWritten(Samples.zoo(name), null)
          .nodes()
          .forEach(node -> kinds.add(node.kind()));
    }
    assertThat(kinds)
        .containsAll(
            Stream.of(io.sotto.graph.Node.Visitor.class.getMethods())
                .map(visit -> visit.getParameterTypes()[0].getSimpleName())
                .toList());
  }
}
