package io.sotto.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of an .npy file: a Python dictionary literal with three keys, of which this reads just
 * the part that NumPy writes.
 */
record NpyHeader(NpyType type, List<Integer> shape) {

  NpyHeader {
    shape = List.copyOf(shape);
  }

  int elements() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  static NpyHeader parse(String text) throws MalformedFileException {
    return new Parser(text).header();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    NpyHeader header() throws MalformedFileException {
      String descr = null;
      Boolean fortran = null;
      List<Integer> shape = null;
      expect('{');
      while (peek() != '}') {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> descr = once(descr, descr());
          case "fortran_order" -> fortran = once(fortran, bool());
          case "shape" -> shape = once(shape, shape());
          default -> throw malformed();
        }
        if (peek() != '}') {
          expect(',');
        }
      }
      expect('}');
      if (!text.substring(at).isBlank() || descr == null || fortran == null || shape == null) {
        throw malformed();
      }
      if (fortran && shape.size() > 1) {
        throw new MalformedFileException(
            "the array is in Fortran order, which is not read here; save it with"
                + " numpy.save(file, numpy.ascontiguousarray(array))");
      }
      return new NpyHeader(NpyType.parse(descr), shape);
    }

    private <T> T once(@Nullable T earlier, T value) throws MalformedFileException {
      if (earlier != null) {
        throw malformed();
      }
      return value;
    }

    private String descr() throws MalformedFileException {
      if (peek() == '[') {
        throw new MalformedFileException(
            "the array's elements are records, not numbers; save one field of it");
      }
      return string();
    }

    private boolean bool() throws MalformedFileException {
      for (boolean value : new boolean[] {true, false}) {
        String word = value ? "True" : "False";
        skipBlanks();
        if (text.startsWith(word, at)) {
          at += word.length();
          return value;
        }
      }
      throw malformed();
    }

    private List<Integer> shape() throws MalformedFileException {
      List<Integer> shape = new ArrayList<>();
      long elements = 1;
      expect('(');
      while (peek() != ')') {
        int length = number();
        // The largest array is what the other axes make of it, so that an empty one is bounded,
        // too.
        elements *= Math.max(1, length);
        if (elements > Integer.MAX_VALUE - 8 || shape.size() == Tensor.MAX_RANK) {
          throw new MalformedFileException(
              "the array is too large; allowed are up to %d axes and %d numbers"
                  .formatted(Tensor.MAX_RANK, Integer.MAX_VALUE - 8));
        }
        shape.add(length);
        if (peek() != ')') {
          expect(',');
        }
      }
      expect(')');
      return shape;
    }

    private int number() throws MalformedFileException {
      skipBlanks();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      try {
        return Integer.parseInt(text.substring(start, at));
      } catch (NumberFormatException e) {
        throw malformed();
      }
    }

    private String string() throws MalformedFileException {
      char quote = peek();
      if (quote != '\'' && quote != '"') {
        throw malformed();
      }
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw malformed();
      }
      String value = text.substring(at + 1, end);
      if (value.indexOf('\\') >= 0) {
        throw malformed();
      }
      at = end + 1;
      return value;
    }

    private void expect(char wanted) throws MalformedFileException {
      if (peek() != wanted) {
        throw malformed();
      }
      at++;
    }

    private char peek() throws MalformedFileException {
      skipBlanks();
      if (at == text.length()) {
        throw malformed();
      }
      return text.charAt(at);
    }

    private void skipBlanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private MalformedFileException malformed() {
      return new MalformedFileException(
          "the .npy header is damaged: it is not what NumPy writes, near character " + at);
    }
  }
}
