package io.sotto.tfimport.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What to write instead of operations that can't be imported. */
final class Alternatives {
  private static final String ACTIVATION =
      "use relu, relu6, leaky_relu or a clip; at the end of the model leave it out and apply it to"
          + " the result";
  private static final String NORMALISATION =
      "use BatchNormalization, which is a constant factor at a prediction";
  private static final Map<String, String> BY_OP = new HashMap<>();

  static {
    put(
        ACTIVATION,
        "Sigmoid",
        "Tanh",
        "Elu",
        "Selu",
        "Erf",
        "Erfc",
        "Softplus",
        "Softsign",
        "LogSoftmax",
        "Sign",
        "Round");
    put(NORMALISATION, "Rsqrt", "Sqrt", "L2Loss", "LRN");
    put("use relu or a clip instead of a comparison", "Greater", "GreaterEqual", "Less");
    put("use relu or a clip instead of a comparison", "LessEqual", "Equal", "NotEqual");
    put("use relu or a clip instead of a choice", "Select", "SelectV2", "Where", "LogicalAnd");
    put("unroll the steps, or use convolutions", "While", "StatelessWhile", "If", "StatelessIf");
    put("use convolutions", "CudnnRNN", "CudnnRNNV3", "TensorListReserve", "TensorListStack");
    put("use Dense, or Conv1D with a kernel of 1", "Einsum", "MatMul", "BatchMatMulV2");
    put("use UpSampling2D with interpolation nearest", "ResizeBilinear", "ResizeBicubic");
    put("use Conv2D over each slice", "Conv3D", "MaxPool3D", "AvgPool3D");
    put("give the embedded vectors as the input", "ResourceGather", "OneHot", "GatherV2");
    put("multiply by a constant instead", "Reciprocal", "Inv");
    put("make it an input of the exported signature", "Placeholder");
    put("export without it", "RandomUniform", "RandomStandardNormal", "StatelessRandomUniformV2");
  }

  private Alternatives() {}

  private static void put(String instead, String... ops) {
    List.of(ops).forEach(op -> BY_OP.put(op, instead));
  }

  /** A hint for the author of a model, for any operation. */
  static String to(String op) {
    return BY_OP.getOrDefault(op, "build it from the operations below, or do it at the client");
  }
}
