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
              new AddNOp(),
              new SubOp(),
              new MulOp(),
              new DivOp(),
              new PowerOp(),
              new SquareOp(),
              new SquaredDifferenceOp(),
              new SignOp(),
              new BiasAddOp(),
              new FusedBatchNormOp(),
              new Conv2DOp(),
              new TransposedConvolutionOp(),
              new SpaceToBatchOp(),
              new BatchToSpaceOp(),
              new MatMulOp(),
              new BatchMatMulOp(),
              new ReluOp(),
              new ClipOp(),
              new LeakyReluOp(),
              new PoolOp(),
              new ReduceOp(),
              new PadOp(),
              new MirrorPadOp(),
              new ReshapeOp(),
              new SqueezeOp(),
              new ExpandDimsOp(),
              new TransposeOp(),
              new ConcatOp(),
              new PackOp(),
              new SplitOp(),
              new UnpackOp(),
              new SliceOp(),
              new StridedSliceOp(),
              new GatherOp(),
              new TileOp(),
              new ReverseOp(),
              new BroadcastToOp(),
              new SpaceDepthOp(),
              new ResizeNearestOp(),
              new SoftmaxOp(),
              new ArgMaxOp(),
              ExtremumOp.maximum(),
              ExtremumOp.minimum()),
          List.of(
              new ConstOp(),
              new IdentityOp(),
              new IdentityNOp(),
              new VarHandleOp(),
              new ReadVariableOp(),
              new CastOp(),
              new ShapeOp(),
              new FillOp(),
              new RangeOp(),
              new ConstantFunctionOp()));
}
