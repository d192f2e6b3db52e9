package io.sotto.cli;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * How long a method or constructor is, and how many parameters it takes.
 *
 * @param place file, line and name
 * @param lines from the first word of its declaration, annotations included, to its last brace; 0
 *     of one without a body
 * @param parameters 0 of a record's constructor, whose components have names
 */
record MethodSize(String place, int lines, int parameters) {

  /** All of a file, those of classes within others included. */
  static List<MethodSize> of(SourceFile file) throws IOException {
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(unit(file)));
    List<MethodSize> sizes = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      new Declarations(file, unit, Trees.instance(task).getSourcePositions()).scan(unit, sizes);
    }
    return sizes;
  }

  private static JavaFileObject unit(SourceFile file) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + file.path()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return file.text();
      }
    };
  }

  private static final class Declarations extends TreeScanner<@Nullable Void, List<MethodSize>> {
    private final SourceFile file;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private boolean inRecord;

    Declarations(SourceFile file, CompilationUnitTree unit, SourcePositions positions) {
      this.file = file;
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, List<MethodSize> sizes) {
      boolean outer = inRecord;
      inRecord = type.getKind() == Tree.Kind.RECORD;
      super.visitClass(type, sizes);
      inRecord = outer;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, List<MethodSize> sizes) {
      long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
      long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method) - 1);
      sizes.add(
          new MethodSize(
              file.path() + ":" + first + " " + method.getName(),
              method.getBody() == null ? 0 : (int) (last - first + 1),
              inRecord && method.getReturnType() == null ? 0 : method.getParameters().size()));
      return super.visitMethod(method, sizes);
    }
  }
}
