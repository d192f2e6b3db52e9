package io.sotto.benchmarks.grid;

import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What lies between the two processes of a cell: nothing, two namespaces that the kernel slows, or,
 * where it can't, a relay.
 */
final class NetworkLink implements AutoCloseable {
  private final NetworkSetting setting;
  private final @Nullable Namespaces namespaces;
  private @Nullable Relay relay;

  private NetworkLink(NetworkSetting setting, @Nullable Namespaces namespaces) {
    this.setting = setting;
    this.namespaces = namespaces;
  }

  static NetworkLink open(
      NetworkSetting setting, SottoProcesses processes, Consumer<String> progress)
      throws IOException, InterruptedException {
    if (setting == NetworkSetting.LOOPBACK) {
      return new NetworkLink(setting, null);
    }
    try {
      Namespaces namespaces = new Namespaces(setting);
      processes.prefix("server", namespaces.serverPrefix());
      processes.prefix("client", namespaces.clientPrefix());
      return new NetworkLink(setting, namespaces);
    } catch (Namespaces.UnavailableException e) {
      progress.accept("no slow network by tc (" + e.getMessage() + "); a relay stands in");
      return new NetworkLink(setting, null);
    }
  }

  /** What a server takes to be reached by the client. */
  List<String> serverArguments() {
    return namespaces == null ? List.of() : List.of("--host=0.0.0.0");
  }

  /** Where the client finds the server. */
  String host() {
    return namespaces == null ? "localhost" : Namespaces.SERVER_ADDRESS;
  }

  /** The port that the client connects to, once the server has its own. */
  int connect(int serverPort) throws IOException {
    if (setting == NetworkSetting.LOOPBACK || namespaces != null) {
      return serverPort;
    }
    Relay made = new Relay(serverPort, setting.delayMillis(), setting.megabits());
    relay = made;
    return made.port();
  }

  /** none, tc or relay. */
  String shaping() {
    return setting == NetworkSetting.LOOPBACK ? "none" : namespaces != null ? "tc" : "relay";
  }

  @Override
  public void close() throws IOException {
    if (relay != null) {
      relay.close();
    }
    if (namespaces != null) {
      namespaces.close();
    }
  }
}
