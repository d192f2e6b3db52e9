package io.sotto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chapters print what samples/chapters/README.md says that they print, to the letter. */
@Timeout(180)
final class ChaptersIT {
  private static final Path README = Launched.ROOT.resolve("samples/chapters/README.md");
  private static final Pattern RUN =
      Pattern.compile(
          "^```\\n\\$ \\./sotto chapter (\\d+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  static List<MatchResult> runs() throws IOException {
    return RUN.matcher(Files.readString(README)).results().toList();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void printsWhatItsPageSays(MatchResult run, @TempDir Path folder)
      throws IOException, InterruptedException {
    try (Launched chapter = Launched.start(folder, "chapter", run.group(1))) {
      chapter.await();
      assertThat(chapter.err()).isEmpty();
      assertThat(chapter.out()).isEqualTo(run.group(2));
      assertThat(chapter.code()).isZero();
    }
  }

  @Test
  void areNumberedWithoutGaps() throws IOException {
    assertThat(runs().stream().map(run -> Integer.parseInt(run.group(1))))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 7).boxed().toList());
  }
}
