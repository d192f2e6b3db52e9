package io.sotto.client.cli;

import io.sotto.client.SottoClient;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A server as people write it: HOST:PORT, HOST, [IPv6]:PORT. */
record ServerAddress(String host, int port) {

  static final class Converter implements ITypeConverter<ServerAddress> {
    @Override
    public ServerAddress convert(String text) {
      return parse(text);
    }
  }

  static ServerAddress parse(String text) {
    int bracket = text.lastIndexOf(']');
    int colon = text.lastIndexOf(':');
    boolean bareIpv6 = bracket < 0 && text.indexOf(':') != colon;
    if (colon < bracket || colon < 0 || bareIpv6) {
      return new ServerAddress(requireHost(text, text), SottoClient.DEFAULT_PORT);
    }
    String port = text.substring(colon + 1);
    if (port.matches("[0-9]{1,5}")) {
      int number = Integer.parseInt(port);
      if (number >= 1 && number <= 65535) {
        return new ServerAddress(requireHost(text.substring(0, colon), text), number);
      }
    }
    throw new TypeConversionException(
        "'%s' is no server: the port must be a number within 1..65535".formatted(text));
  }

  private static String requireHost(String host, String text) {
    if (host.isBlank()) {
      throw new TypeConversionException("'%s' is no server: write HOST:PORT".formatted(text));
    }
    return host;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
