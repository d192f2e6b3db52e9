package io.sotto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.server.ConfigException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import io.sotto.tfimport.refusal.UnsupportedModelException.UnsupportedNode;
import io.sotto.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

final class SottoTest {
  /** Fails as it is told. */
  @Command(name = "fail", mixinStandardHelpOptions = true)
  private static final class Fail implements Callable<Integer> {
    private final Throwable failure;

    Fail(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  private record Result(int code, String out, String err) {}

  @Test
  void tellsExpectedFailuresInOneLine() {
    assertLine(new TransportException("no server answers"), "no server answers");
    assertLine(new ConfigException("bad line"), "bad line");
    assertLine(new IllegalArgumentException("a\n  b\nc"), "a b c");
    assertLine(new IOException("disk full"), "disk full");
    assertLine(new NoSuchFileException("x.npy"), "x.npy: there is no such file");
    assertLine(
        new NoSuchFileException("d", null, "there is no such directory"),
        "d: there is no such directory");
    assertLine(
        new UncheckedIOException(new AccessDeniedException("x.npy")), "x.npy: permission denied");
    assertLine(
        new OutOfMemoryError("Java heap space"),
        "not enough memory (Java heap space); take fewer images, or more memory by"
            + " SOTTO_JAVA_OPTS=-Xmx8g");
  }

  @Test
  void listsUnsupportedNodes() {
    Throwable failure =
        new UnsupportedModelException(
            "m",
            List.of(
                new UnsupportedNode("", "a", "Elu", "no", "use relu"),
                new UnsupportedNode("head", "b", "Tan", "no", "leave it out")),
            "Relu");
    Result result = run(failure, "fail");
    assertThat(result.code).isEqualTo(1);
    assertThat(result.err.lines().toList())
        .contains("  a (Elu): no; use relu", "  b (Tan) of layer head: no; leave it out")
        .noneMatch(line -> line.contains("\tat "));
  }

  @Test
  void saysWhatTheMachineLacks() {
    Result result = run(new UnsupportedOperationException("no such instructions"), "fail");
    assertThat(result.code).isEqualTo(1);
    assertThat(result.err.strip()).isEqualTo("sotto: no such instructions");
  }

  @Test
  void callsABugABug() {
    for (Throwable bug :
        List.of(
            new IllegalStateException("odd\nvery"),
            new AssertionError("odd"),
            new UnsupportedOperationException(),
            new Exception())) {
      Result result = run(bug, "fail");
      assertThat(result.code).isEqualTo(70);
      assertThat(result.err.lines())
          .singleElement()
          .asString()
          .startsWith("sotto: " + bug.getClass().getName())
          .endsWith("; this is a bug; run with --verbose to see where");
    }
  }

  @Test
  void showsWhereWhenVerbose() {
    for (Throwable failure : List.of(new IllegalStateException("x"), new IOException("x"))) {
      for (String[] arguments : new String[][] {{"fail", "--verbose"}, {"--verbose", "fail"}}) {
        Result result = run(failure, arguments);
        assertThat(result.err.lines().count()).isGreaterThan(2);
        assertThat(result.err).contains("\tat " + SottoTest.class.getName());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "predict",
        "predict --nonsense",
        "predict --input=x --output=y --server=h:0",
        "predict --input=x --output=y --server=h --trust=a --fingerprint=b",
        "serve --port=many"
      })
  void tellsUsageErrorsInOneLine(String arguments) {
    Result result =
        run(new IOException(), arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    assertThat(result.code).isEqualTo(2);
    assertThat(result.err.lines())
        .singleElement()
        .asString()
        .startsWith("sotto")
        .contains("--help");
    assertThat(result.out).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "serve",
        "predict",
        "inspect",
        "calibrate",
        "plaintext",
        "quickstart",
        "bench"
      })
  void helps(String command) {
    Result result =
        run(
            new IOException(),
            command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"});
    assertThat(result.code).isZero();
    assertThat(result.out).contains("Usage: sotto", "--verbose", "--version");
    assertThat(result.err).isEmpty();
  }

  @Test
  void tellsItsVersion() {
    Result result = run(new IOException(), "--version");
    assertThat(result.code).isZero();
    assertThat(result.out).contains("Sotto ", "Java " + Runtime.version().feature());
  }

  private static void assertLine(Throwable failure, String line) {
    Result result = run(failure, "fail");
    assertThat(result.err).isEqualTo("sotto: " + line + System.lineSeparator());
    assertThat(result.code).isEqualTo(1);
  }

  private static Result run(Throwable failure, String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = Sotto.execute(arguments, List.of(new Fail(failure)));
      System.out.flush();
      System.err.flush();
      return new Result(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
