package io.sotto.benchmarks;

import io.sotto.data.InputFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every benchmark's client process is told, and how it tells what it has. */
public final class ClientOptions {
  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--server-pid", required = true)
  private long serverPid;

  @Option(names = "--input", required = true)
  private @Nullable Path input;

  @Option(names = "--batch", required = true)
  private int batch;

  @Option(names = "--output", required = true)
  private @Nullable Path output;

  @Option(names = "--json", required = true)
  private @Nullable Path json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  public int port() {
    return port;
  }

  public int batch() {
    return batch;
  }

  ProcessHandle server() {
    return ProcessHandle.of(serverPid)
        .orElseThrow(() -> new IllegalArgumentException("no process " + serverPid));
  }

  Tensor images() throws IOException {
    return InputFile.read(given(input));
  }

  /** Writes figures and predictions to the files that the process was told. */
  public void write(ClientFigures figures, Tensor outputs) throws IOException {
    NpyFile.write(given(output), outputs);
    figures.write(given(json));
  }

  /** Says on stdout how far this process is. */
  public void say(String line) {
    PrintWriter out = given(spec).commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("picocli left a required value out");
    }
    return value;
  }
}
