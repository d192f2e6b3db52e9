package io.sotto.server.model;

import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Indices;
import io.sotto.graph.Node;
import io.sotto.graph.Weights;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells models apart: SHA-256 over a graph's nodes, their settings and weights. */
public final class ModelDigest {
  private ModelDigest() {}

  /** The digest in hexadecimal. */
  public static String of(Graph graph) {
    MessageDigest sha = sha256();
    for (Node node : graph.nodes()) {
      String line =
          "%s|%s|%s|%s|%s%n"
              .formatted(node.kind(), node.name(), node.inputs(), node.shape(), node.details())
              .replace("\r\n", "\n");
      sha.update(line.getBytes(StandardCharsets.UTF_8));
      node.constants().forEach(weights -> update(sha, weights));
      if (node instanceof Gather gather) {
        update(sha, gather.indices());
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void update(MessageDigest sha, Weights weights) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(weights.size(), Float.BYTES));
    bytes.asFloatBuffer().put(weights.toArray());
    sha.update(bytes);
  }

  private static void update(MessageDigest sha, Indices indices) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(indices.size(), Integer.BYTES));
    bytes.asIntBuffer().put(indices.toArray());
    sha.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
