package io.sotto.benchmarks.grid;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A line between two network namespaces, slowed by the kernel's netem. Takes root, {@code ip} and
 * {@code tc}.
 *
 * <p><b>Failure.</b> {@link UnavailableException} with the reason, where the machine can't do it;
 * nothing is left behind then.
 */
final class Namespaces implements AutoCloseable {
  static final String SERVER_ADDRESS = "10.213.77.1";
  private static final String CLIENT_ADDRESS = "10.213.77.2";

  private final String server = "sotto-s" + ProcessHandle.current().pid();
  private final String client = "sotto-c" + ProcessHandle.current().pid();
  private final List<List<String>> undo = new ArrayList<>();

  /** This machine has no such thing. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }
  }

  Namespaces(NetworkSetting setting)
      throws IOException, InterruptedException, UnavailableException {
    try {
      run("ip", "netns", "add", server);
      undo.add(List.of("ip", "netns", "del", server));
      run("ip", "netns", "add", client);
      undo.add(List.of("ip", "netns", "del", client));
      run(
          "ip", "link", "add", "eth0", "netns", server, "type", "veth", "peer", "name", "eth0",
          "netns", client);
      configure(server, SERVER_ADDRESS, setting);
      configure(client, CLIENT_ADDRESS, setting);
    } catch (IOException | InterruptedException | UnavailableException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static void configure(String namespace, String address, NetworkSetting setting)
      throws IOException, InterruptedException, UnavailableException {
    run("ip", "-n", namespace, "address", "add", address + "/24", "dev", "eth0");
    run("ip", "-n", namespace, "link", "set", "eth0", "up");
    run("ip", "-n", namespace, "link", "set", "lo", "up");
    run(
        "tc",
        "-n",
        namespace,
        "qdisc",
        "add",
        "dev",
        "eth0",
        "root",
        "netem",
        "delay",
        String.format(Locale.ROOT, "%.3fms", setting.delayMillis()),
        "rate",
        Math.round(setting.megabits()) + "mbit",
        "limit",
        "100000");
  }

  /** What a command in the server's namespace starts with. */
  List<String> serverPrefix() {
    return List.of("ip", "netns", "exec", server);
  }

  /** What a command in the client's namespace starts with. */
  List<String> clientPrefix() {
    return List.of("ip", "netns", "exec", client);
  }

  private static void run(String... command)
      throws IOException, InterruptedException, UnavailableException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UnavailableException("there is no " + command[0]);
    }
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new UnavailableException(
          "%s says: %s".formatted(command[0], said.strip().replaceAll("\\s+", " ")));
    }
  }

  @Override
  public void close() throws IOException {
    for (List<String> command : undo) {
      try {
        run(command.toArray(String[]::new));
      } catch (UnavailableException e) {
        // It is gone already.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    undo.clear();
  }
}
