package io.sotto.transport;

import java.net.InetSocketAddress;

/** Hosts and ports as people write them. */
final class Endpoint {
  private Endpoint() {}

  static String of(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  static String of(InetSocketAddress address) {
    return address.getAddress() == null
        ? of(address.getHostString(), address.getPort())
        : of(address.getAddress().getHostAddress(), address.getPort());
  }

  /** An IPv6 address may come with the brackets that a host:port needs. */
  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
