package io.sotto.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Hosts and ports as people write them. */
final class Endpoint {
  private static final int IPV6_BYTES = 16;

  private Endpoint() {}

  static String of(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  static String of(InetSocketAddress address) {
    return address.getAddress() == null
        ? of(address.getHostString(), address.getPort())
        : of(address.getAddress().getHostAddress(), address.getPort());
  }

  /**
   * What limits count as one address: an IPv4 address, and of an IPv6 address the first 64 bits, in
   * which whoever has one has them all.
   */
  static String network(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != IPV6_BYTES) {
      return address.getHostAddress();
    }
    Arrays.fill(bytes, IPV6_BYTES / 2, IPV6_BYTES, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 16 bytes is no address", e);
    }
  }

  /** An IPv6 address may come with the brackets that a host:port needs. */
  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
