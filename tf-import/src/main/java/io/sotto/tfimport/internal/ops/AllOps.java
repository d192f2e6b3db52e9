package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpRegistry;
import java.util.List;

/** Every operation that can be imported. */
public final class AllOps {
  private AllOps() {}

  public static final OpRegistry REGISTRY =
      new OpRegistry(
          List.of(
              new AddOp(),
              new BiasAddOp(),
              new Conv2DOp(),
              new MatMulOp(),
              new PadOp(),
              new ReluOp(),
              new ReshapeOp(),
              new SqueezeOp(),
              new ExpandDimsOp()),
          List.of(
              new ConstOp(),
              new IdentityOp(),
              new VarHandleOp(),
              new ReadVariableOp(),
              new CastOp(),
              new TransposeOp(),
              new ShapeOp(),
              new StridedSliceOp(),
              new PackOp(),
              new ConcatOp(),
              new ProdOp(),
              new MulOp()));
}
