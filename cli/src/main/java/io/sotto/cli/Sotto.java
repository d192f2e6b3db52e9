package io.sotto.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sotto.baselines.Baselines;
import io.sotto.benchmarks.BenchCommand;
import io.sotto.client.cli.PredictCommand;
import io.sotto.samples.PlaintextCommand;
import io.sotto.samples.Quickstart;
import io.sotto.samples.chapters.ChapterCommand;
import io.sotto.server.cli.CalibrateCommand;
import io.sotto.server.cli.InspectCommand;
import io.sotto.server.cli.ServeCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ./sotto}: one program, a command for each thing to do. */
@Command(
    name = "sotto",
    mixinStandardHelpOptions = true,
    versionProvider = Sotto.Version.class,
    description = {
      "Private inference: the client gets the predictions and nothing else about the model,",
      "the server gets nothing about inputs and predictions."
    })
public final class Sotto implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "More log lines, and where a failure came from.")
  private boolean verbose;

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Sotto.class.getPackage().getImplementationVersion();
      return new String[] {
        "Sotto " + (version == null ? "(not from a jar)" : version), "Java " + Runtime.version()
      };
    }
  }

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  public static void main(String[] arguments) {
    System.exit(execute(arguments, List.of()));
  }

  /**
   * Runs a command line.
   *
   * @param more commands besides Sotto's own
   */
  static int execute(String[] arguments, List<Object> more) {
    Sotto sotto = new Sotto();
    CommandLine commands = new CommandLine(sotto);
    // A CommandLine each: picocli lets the transformer of a command add options to these only.
    Map<String, Supplier<Object>> known = commands();
    Supplier<Object> named = arguments.length == 0 ? null : known.get(arguments[0]);
    // The one that is named, if it is: reading the annotations of all takes a while.
    (named == null ? known.values() : List.of(named))
        .forEach(command -> commands.addSubcommand(new CommandLine(command.get())));
    more.forEach(commands::addSubcommand);
    commands.setExecutionStrategy(parsed -> sotto.run(parsed));
    commands.setParameterExceptionHandler(Failures::reportUsage);
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> Failures.report(failure, command.getErr(), sotto.verbose));
    try {
      return commands.execute(arguments);
    } catch (Error failure) { // picocli's handler sees exceptions only
      return Failures.report(failure, commands.getErr(), sotto.verbose);
    }
  }

  /** In the order of the help; with the baselines, which comparisons are made with. */
  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("serve", () -> new ServeCommand(Baselines.SCHEMES));
    commands.put("predict", () -> new PredictCommand(Baselines.PLANS));
    commands.put("inspect", () -> new InspectCommand(Baselines.SCHEMES));
    commands.put("calibrate", CalibrateCommand::new);
    commands.put("plaintext", PlaintextCommand::new);
    commands.put("quickstart", Quickstart::new);
    commands.put("chapter", ChapterCommand::new);
    commands.put("bench", BenchCommand::new);
    return commands;
  }

  private int run(ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    if (verbose) {
      logFrom(Level.DEBUG);
    } else if (command.commandSpec().userObject() instanceof ServeCommand) {
      logFrom(Level.INFO);
    }
    return new RunLast().execute(parsed);
  }

  private static void logFrom(Level level) {
    ((Logger) LoggerFactory.getLogger("io.sotto")).setLevel(level);
  }
}
