package io.sotto.baselines.messages;

import io.sotto.baselines.slots.SlotContext;
import io.sotto.baselines.slots.SlotKeySpec;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotSecretKey;
import io.sotto.baselines.slots.SlotServerKeys;
import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.converter.setup.Ciphertexts;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.setup.SetupKind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The client's keys for computing on slots: it keeps the secret one and sends those that the server
 * computes with.
 *
 * <p><b>Security.</b> They say nothing as long as ring-LWE is hard with these parameters, and
 * circular security holds where there is a relinearisation key.
 */
public record SlotKeys(SlotKeySpec spec) implements Setup<SlotSecretKey, SlotServerKeys> {
  private static final SetupKind KIND = new SetupKind(2, "slot keys");

  @Override
  public SetupKind kind() {
    return KIND;
  }

  @Override
  public SlotSecretKey prepareClient(SetupContext session) {
    SlotContext context = session.scope().own(SlotContext.create(spec.parameters()));
    SlotSecretKey key = session.scope().own(SlotSecretKey.generate(context));
    key.serverKeys(spec, session.random())
        .forEach(message -> session.channel().send(SlotMessageKinds.SLOT_KEYS, message));
    return key;
  }

  @Override
  public SlotServerKeys prepareServer(SetupContext session) {
    SlotContext context = session.scope().own(SlotContext.create(spec.parameters()));
    try (SlotServerKeys.Receiver receiver = new SlotServerKeys.Receiver(context, spec)) {
      for (int i = 0; i < spec.messages(); i++) {
        ByteBuffer bytes = ByteBuffer.allocate(spec.messageBytes(i));
        session.channel().receive(SlotMessageKinds.SLOT_KEYS, bytes);
        receiver.message(bytes.flip());
      }
      return session.scope().own(receiver.finish());
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("the client's keys for slots are malformed", e);
    }
  }

  @Override
  public Traffic clientTraffic() {
    long bytes =
        IntStream.range(0, spec.messages())
            .mapToLong(i -> Channel.HEADER_BYTES + spec.messageBytes(i))
            .sum();
    return new Traffic(bytes, 0, 0);
  }

  /** The keys, and some ciphertexts at a time. */
  @Override
  public long memoryBytes() {
    return spec.memoryBytes();
  }

  @Override
  public void requireBeside(Setup<?, ?> other) {
    if (!equals(other)) {
      throw new IllegalArgumentException(
          "all steps on slots of a plan use the same keys; given are " + List.of(other, this));
    }
  }

  @Override
  public Optional<Ciphertexts> ciphertexts() {
    SlotParameters slots = spec.parameters();
    return Optional.of(
        new Ciphertexts(
            slots.degree(),
            slots.totalBits(),
            "Slots: N %d, primes of %s bits, scale 2^%d, at least 128 bits of security (%d of up to %d bits by the HE standard)"
                .formatted(
                    slots.degree(),
                    slots.primeBits(),
                    slots.scaleBits(),
                    slots.totalBits(),
                    SlotParameters.secureBits(slots.logDegree()))));
  }
}
