package io.sotto.gc.garble;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.KernelsOfTests;
import io.sotto.gc.garble.GarbledShapesTest.Oddity;
import io.sotto.gc.internal.KernelForms;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.ot.SoftSpokenReceiver;
import io.sotto.gc.ot.SoftSpokenSender;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** A garbler that follows the protocol up to one point. */
final class OddGarbler {
  private OddGarbler() {}

  static void run(
      Channel channel, SecureRandom random, Oddity oddity, Circuit circuit, int instances) {
    try (Scope scope = new Scope()) {
      NativeBuffer delta = scope.allocate(LabelKernel.LABEL_BYTES);
      SoftSpokenSender sender =
          scope.own(
              SoftSpokenSender.open(
                  channel, random, KernelForms.fastest(), OtTrees.DEFAULT, delta));
      int keyBytes =
          switch (oddity) {
            case SHORT_KEYS -> 31;
            case LONG_KEYS -> 33;
            default -> 32;
          };
      if (oddity == Oddity.GONE_BEFORE_THE_KEYS) {
        channel.close();
        return;
      }
      channel.send(KernelsOfTests.KEYS, ByteBuffer.allocate(keyBytes));
      channel.flush();
      if (keyBytes != 32) {
        return;
      }
      scope.own(SoftSpokenReceiver.open(channel, random, KernelForms.fastest(), OtTrees.DEFAULT));
      CircuitChunks chunks = new CircuitChunks(circuit, instances, OtTrees.DEFAULT);
      int transfers = chunks.transfers(instances);
      sender.extend(transfers, scope.allocate(CorrelatedOts.labelBytes(transfers)));
      int bytes = Math.toIntExact(chunks.messageBytes(instances));
      switch (oddity) {
        case GONE_BEFORE_THE_CHUNK -> channel.close();
        case GIVES_UP -> channel.abort(AbortReason.SHUTTING_DOWN);
        case WRONG_KIND -> channel.send(KernelsOfTests.KEYS, ByteBuffer.allocate(bytes));
        case SHORT_CHUNK ->
            channel.send(CircuitChunks.GARBLED_CHUNK, ByteBuffer.allocate(bytes - 1));
        case LONG_CHUNK ->
            channel.send(CircuitChunks.GARBLED_CHUNK, ByteBuffer.allocate(bytes + 1));
        default -> {
          ByteBuffer chunk = ByteBuffer.allocate(bytes);
          chunk.put(bytes - 1, (byte) 2);
          channel.send(CircuitChunks.GARBLED_CHUNK, chunk);
        }
      }
      channel.flush();
    }
  }
}
