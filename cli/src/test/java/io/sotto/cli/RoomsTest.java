package io.sotto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files, methods and parameter lists stay of a size that is read at a glance. */
final class RoomsTest {
  private static final int LONG_FILE = 350;
  private static final int LONGEST_FILE = 500;
  private static final int LONG_FILES = 3;
  private static final int LONGEST_METHOD = 60;
  private static final int MEDIAN_METHOD = 5;
  private static final int MOST_PARAMETERS = 8;

  private static final Pattern MAIN =
      Pattern.compile("[^/]+/src/main/java/.*\\.java|native/src/main/cpp/.*\\.(cpp|h|inc)");
  private static final Pattern HEADER = Pattern.compile("native/src/main/cpp/include/.*\\.h");
  private static final Pattern CPP_FUNCTION = Pattern.compile("\\b(sotto_\\w+)\\(([^)]*)\\);");

  private static final List<SourceFile> FILES = new ArrayList<>();
  private static final List<MethodSize> METHODS = new ArrayList<>();

  @BeforeAll
  static void readsTheSources() throws IOException {
    FILES.addAll(SourceFile.all(path -> MAIN.matcher(path).matches()));
    for (SourceFile file : FILES) {
      if (file.isJava()) {
        METHODS.addAll(MethodSize.of(file));
      }
    }
    assertThat(FILES).hasSizeGreaterThan(300);
    assertThat(METHODS).hasSizeGreaterThan(2000);
  }

  private static List<String> filesAbove(int lines) {
    return FILES.stream()
        .filter(file -> file.lines().size() > lines)
        .map(file -> file.path() + ": " + file.lines().size() + " lines")
        .toList();
  }

  @Test
  void noFileIsTooLong() {
    assertThat(filesAbove(LONGEST_FILE)).as("split these").isEmpty();
    assertThat(filesAbove(LONG_FILE))
        .as("of more than %d lines", LONG_FILE)
        .hasSizeLessThanOrEqualTo(LONG_FILES);
  }

  @Test
  void aLongFileSaysWhy() {
    assertThat(FILES)
        .filteredOn(file -> file.lines().size() > LONG_FILE)
        .filteredOn(file -> !firstComment(file).contains("because"))
        .extracting(SourceFile::path)
        .as("the first comment says that the file is long because ...")
        .isEmpty();
  }

  private static String firstComment(SourceFile file) {
    Matcher comment =
        Pattern.compile("/\\*.*?\\*/|(//[^\\n]*\\n)+", Pattern.DOTALL).matcher(file.text());
    return comment.find() ? comment.group().replaceAll("\\s+(\\*|//)?\\s*", " ") : "";
  }

  @Test
  void methodsAreShort() {
    List<MethodSize> bodies = METHODS.stream().filter(method -> method.lines() > 0).toList();
    assertThat(bodies)
        .filteredOn(method -> method.lines() > LONGEST_METHOD)
        .as("split these")
        .isEmpty();
    assertThat(
            bodies.stream()
                .mapToInt(MethodSize::lines)
                .sorted()
                .skip(bodies.size() / 2)
                .findFirst()
                .orElse(0))
        .as("lines of the median method")
        .isBetween(1, MEDIAN_METHOD);
  }

  @Test
  void parametersAreFew() {
    assertThat(METHODS)
        .filteredOn(method -> method.parameters() > MOST_PARAMETERS)
        .as("a value lacks a name in these")
        .isEmpty();
  }

  @Test
  void functionsOfNativeCodeTakeFewArguments() {
    List<String> tooMany = new ArrayList<>();
    int functions = 0;
    for (SourceFile file : FILES) {
      Matcher function = CPP_FUNCTION.matcher(file.text().replaceAll("//[^\\n]*", ""));
      while (HEADER.matcher(file.path()).matches() && function.find()) {
        functions++;
        int count = function.group(2).split(",", -1).length;
        if (count > MOST_PARAMETERS) {
          tooMany.add("%s: %s takes %d".formatted(file.path(), function.group(1), count));
        }
      }
    }
    assertThat(functions).isGreaterThan(50);
    assertThat(tooMany).as("these take a struct").isEmpty();
  }
}
