package io.sotto.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * How the values of a {@link Setting} are written, and which are allowed.
 *
 * @param <T> the values
 * @param form in which they are written
 * @param label of a value in the command line's help
 * @param reader makes a value of what is given for a name in this form, or of a value; throws
 *     {@link IllegalArgumentException} if it isn't allowed
 */
public record ValueType<T>(Form form, String label, BiFunction<String, Object, T> reader) {
  /** How values are written in a file; on the command line a duration is in seconds. */
  public enum Form {
    PATH("a text"),
    TEXT("a text"),
    FLAG("true or false"),
    WHOLE_NUMBER("a whole number"),
    NUMBER("a number"),
    DURATION("a duration such as 5 minutes or 30s");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    /** Says what is expected, to people. */
    public String words() {
      return words;
    }
  }

  T read(String name, Object given) {
    return reader.apply(name, given);
  }

  static ValueType<Path> path(String label) {
    return new ValueType<>(Form.PATH, label, (name, given) -> (Path) given);
  }

  /** A text that a check lets pass. */
  static ValueType<String> text(String label, Consumer<String> check) {
    return new ValueType<>(
        Form.TEXT,
        label,
        (name, given) -> {
          check.accept((String) given);
          return (String) given;
        });
  }

  static ValueType<Boolean> flag() {
    return new ValueType<>(Form.FLAG, "", (name, given) -> (Boolean) given);
  }

  static ValueType<Integer> whole(String label, int from, int to) {
    return new ValueType<>(
        Form.WHOLE_NUMBER,
        label,
        (name, given) -> {
          int number = (Integer) given;
          require(number >= from && number <= to, name, given, from + ".." + to);
          return number;
        });
  }

  /** A number for which a value with checks of its own can be made. */
  static ValueType<Integer> whole(String label, IntConsumer check) {
    return new ValueType<>(
        Form.WHOLE_NUMBER,
        label,
        (name, given) -> {
          check.accept((Integer) given);
          return (Integer) given;
        });
  }

  static ValueType<Integer> wholeAmong(String label, List<Integer> allowed) {
    return new ValueType<>(
        Form.WHOLE_NUMBER,
        label,
        (name, given) -> {
          require(allowed.contains(given), name, given, listed(allowed));
          return (Integer) given;
        });
  }

  /** A number for which a value with checks of its own can be made. */
  static ValueType<Double> number(String label, DoubleConsumer check) {
    return new ValueType<>(
        Form.NUMBER,
        label,
        (name, given) -> {
          check.accept((Double) given);
          return (Double) given;
        });
  }

  /** A time that people wait. */
  static ValueType<Duration> seconds() {
    return new ValueType<>(
        Form.DURATION,
        "SECONDS",
        (name, given) -> {
          Duration time = (Duration) given;
          require(
              time.compareTo(Duration.ofSeconds(1)) >= 0 && time.compareTo(Duration.ofDays(1)) <= 0,
              name,
              time.toSeconds() + " s",
              "1 second to 1 day");
          return time;
        });
  }

  /** Its names are those of {@link Schemes}, which the reader has. */
  static ValueType<Scheme> scheme(String label) {
    return new ValueType<>(Form.TEXT, label, (name, given) -> (Scheme) given);
  }

  /** One of these, by their names in small letters. */
  static <E extends Enum<E>> ValueType<E> choice(String label, List<E> values) {
    List<String> names =
        values.stream().map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    return new ValueType<>(
        Form.TEXT,
        label,
        (name, given) -> {
          int index = given instanceof String text ? names.indexOf(text) : values.indexOf(given);
          require(index >= 0, name, given, listed(names));
          return values.get(index);
        });
  }

  private static void require(boolean isAllowed, String name, Object given, String allowed) {
    if (!isAllowed) {
      throw new IllegalArgumentException(name + " is " + given + "; allowed are " + allowed);
    }
  }

  /** The last one behind an "and". */
  private static String listed(List<?> values) {
    List<String> words = values.stream().map(String::valueOf).toList();
    int last = words.size() - 1;
    return words.stream().limit(last).collect(Collectors.joining(", ")) + " and " + words.get(last);
  }
}
