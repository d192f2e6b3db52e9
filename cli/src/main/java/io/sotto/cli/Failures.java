package io.sotto.cli;

import io.sotto.channel.ChannelException;
import io.sotto.client.SessionEndedException;
import io.sotto.converter.session.PlanTooLargeException;
import io.sotto.samples.SampleException;
import io.sotto.server.ConfigException;
import io.sotto.server.model.CompileException;
import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.transport.TransportException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the user reads when something fails, and the exit code. */
final class Failures {
  /** Something that happens: a wrong file, a server that isn't there, a peer that gave up. */
  static final int FAILED = 1;

  /** The command line can't be understood. */
  static final int USAGE = 2;

  /** A mistake in Sotto itself; EX_SOFTWARE of sysexits.h. */
  static final int BUG = 70;

  private Failures() {}

  /** Tells of a failed command. */
  static int report(Throwable failure, PrintWriter err, boolean verbose) {
    String line = line(failure);
    if (line != null) {
      err.println("sotto: " + line);
    } else {
      err.printf(
          "sotto: %s; this is a bug; %s%n",
          oneLine(failure.toString()),
          verbose ? "please report it with these lines" : "run with --verbose to see where");
    }
    if (verbose) {
      failure.printStackTrace(err);
    }
    err.flush();
    return line == null ? BUG : FAILED;
  }

  /** Tells of a command line that can't be understood. */
  static int reportUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    StringBuilder line = new StringBuilder(name).append(": ").append(oneLine(failure.getMessage()));
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      line.append("; did you mean ").append(String.join(" or ", unmatched.getSuggestions()));
      line.append('?');
    }
    err.println(line.append("; see ").append(name).append(" --help"));
    err.flush();
    return USAGE;
  }

  /** The line for the user, or null if the failure isn't one that is expected to happen. */
  private static @Nullable String line(Throwable failure) {
    if (failure instanceof ModelImportException) {
      return failure.getMessage(); // lists every node that isn't supported, a line each
    }
    if (failure instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
      return io(wrapped.getCause());
    }
    if (failure instanceof IOException io) {
      return io(io);
    }
    if (failure instanceof OutOfMemoryError) {
      return "not enough memory (%s); take fewer images, or more memory by SOTTO_JAVA_OPTS=-Xmx8g"
          .formatted(oneLine(failure.getMessage()));
    }
    if (failure instanceof TransportException
        || failure instanceof ChannelException
        || failure instanceof SessionEndedException
        || failure instanceof PlanTooLargeException
        || failure instanceof CompileException
        || failure instanceof ConfigException
        || failure instanceof SampleException
        || failure instanceof UnsupportedOperationException // what this machine can't do
        || failure instanceof IllegalArgumentException) {
      return failure.getMessage() == null ? null : oneLine(failure.getMessage());
    }
    return null;
  }

  private static String io(IOException failure) {
    if (failure instanceof FileSystemException file) {
      String reason =
          failure instanceof NoSuchFileException && file.getReason() == null
              ? "there is no such file"
              : failure instanceof AccessDeniedException
                  ? "permission denied"
                  : String.valueOf(file.getReason());
      return oneLine(file.getFile() + ": " + reason);
    }
    if (failure instanceof FileNotFoundException || failure.getMessage() != null) {
      return oneLine(failure.getMessage());
    }
    return "reading or writing failed: " + failure.getClass().getSimpleName();
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
