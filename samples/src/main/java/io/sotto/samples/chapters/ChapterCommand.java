package io.sotto.samples.chapters;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sotto chapter}: the numbered programs from which Sotto is learnt. */
@Command(
    name = "chapter",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one of the programs of samples/chapters, each of which shows one thing:",
      "1 predict, 2 serve in your own process, 3 a linear layer on ciphertexts, 4 a ReLU between",
      "two threads, 5 a plan by hand, 6 what a curious client sees, 7 a step of your own."
    })
public final class ChapterCommand implements Callable<Integer> {
  private static final List<Chapter> CHAPTERS =
      List.of(
          new Chapter1Predict(),
          new Chapter2Serve(),
          new Chapter3LinearLayer(),
          new Chapter4Relu(),
          new Chapter5Plan(),
          new Chapter6CuriousClient(),
          new Chapter7OwnStep());

  @Parameters(paramLabel = "N", description = "The chapter's number.")
  private int number;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    if (number < 1 || number > CHAPTERS.size()) {
      throw new ParameterException(
          spec.commandLine(),
          "chapter %d given; there are 1 to %d".formatted(number, CHAPTERS.size()));
    }
    CHAPTERS.get(number - 1).tell(spec.commandLine().getOut());
    return 0;
  }
}
