package io.sluice.perf.chaos;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A gateway with one mistake: a source file of its, changed in one place and compiled.
///
/// @param name what it does wrong
/// @param source path below the project's root
/// @param instead what stands there, exactly once
/// @param of what the mistake is
record Mutant(String name, String source, String instead, String of) {
  /// Compiles it into a folder.
  void compile(Path folder) throws IOException {
    Path changed = folder.resolve("source").resolve(file().getFileName());
    Files.createDirectories(changed.getParent());
    Files.writeString(changed, text());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-parameters",
              "-d",
              classes(folder).toString(),
              "-cp",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      if (!compiler
          .getTask(said, files, null, options, null, files.getJavaFileObjects(changed))
          .call()) {
        throw new IllegalStateException("the mutant '" + name + "' does not compile: " + said);
      }
    }
  }

  private Path file() {
    return Path.of(System.getProperty("sluice.root", "..")).resolve(source);
  }

  /// The source with the mistake.
  ///
  /// @throws IllegalStateException when there is no such place, or more than one
  String text() throws IOException {
    String text = Files.readString(file());
    int place = text.indexOf(instead);
    if (place < 0 || text.indexOf(instead, place + 1) >= 0) {
      throw new IllegalStateException(
          "%s has not exactly one place with '%s': the mutant '%s' needs another"
              .formatted(source, instead, name));
    }
    return text.replace(instead, of);
  }

  /// Where its classes are.
  static Path classes(Path folder) throws IOException {
    return Files.createDirectories(folder.resolve("classes"));
  }

  @Override
  public String toString() {
    return name;
  }
}
