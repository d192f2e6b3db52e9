package io.sotto.converter.linear;

import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.converter.setup.Ciphertexts;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.setup.SetupKind;
import io.sotto.converter.step.MessageKinds;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The client's keys for a ring: it keeps the secret one and sends the public one.
 *
 * <p><b>Security.</b> The public key says nothing as long as ring-LWE is hard with the parameters
 * of the ring.
 */
public record RingKeys(RingParameters ring) implements Setup<SecretKey, PublicKey> {
  private static final SetupKind KIND = new SetupKind(1, "ring keys");

  @Override
  public SetupKind kind() {
    return KIND;
  }

  @Override
  public SecretKey prepareClient(SetupContext session) {
    Ring opened = session.scope().own(Ring.create(ring));
    SecretKey key = session.scope().own(SecretKey.generate(opened, session.random()));
    try (PublicKey publicKey = PublicKey.generate(key, session.random())) {
      session.channel().send(MessageKinds.PUBLIC_KEY, ByteBuffer.wrap(publicKey.encode()));
    }
    return key;
  }

  @Override
  public PublicKey prepareServer(SetupContext session) {
    Ring opened = session.scope().own(Ring.create(ring));
    ByteBuffer bytes = ByteBuffer.allocate(PublicKey.wireBytes(ring));
    session.channel().receive(MessageKinds.PUBLIC_KEY, bytes);
    try {
      return session.scope().own(PublicKey.decode(opened, bytes.flip()));
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("the client's public key is malformed", e);
    }
  }

  @Override
  public Traffic clientTraffic() {
    return new Traffic(Channel.HEADER_BYTES + PublicKey.wireBytes(ring), 0, 0);
  }

  @Override
  public Optional<Ciphertexts> ciphertexts() {
    return Optional.of(
        new Ciphertexts(
            ring.degree(),
            ring.modulusBits(),
            "Ring: N %d, log2 q %d, at least 128 bits of security (up to %d bits of q by the HE standard)"
                .formatted(
                    ring.degree(),
                    ring.modulusBits(),
                    RingParameters.secureModulusBits(ring.logDegree()))));
  }
}
