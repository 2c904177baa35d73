package io.sluice.standalone;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What a command sees of the process around it.
///
/// @param out for answers
/// @param err for progress and warnings
/// @param environment the environment variables
/// @param command how the reader called the command line, such as `./sluice`, ready to be pasted
record Terminal(PrintStream out, PrintStream err, Map<String, String> environment, String command) {

  Terminal {
    environment = Map.copyOf(environment);
  }

  /// Of this process. UTF-8 whatever the locale: what is printed is mostly JSON.
  static Terminal ofThisProcess() {
    return new Terminal(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        quoted(System.getProperty("cli.name", "./sluice")));
  }

  /// Whether colours would be seen: this process has a terminal, and nobody has said `NO_COLOR`.
  @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25, where there is none
  boolean coloured() {
    Console console = System.console();
    return console != null
        && console.isTerminal()
        && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  void say(String line) {
    err.println(line);
  }

  private static String quoted(String path) {
    return path.matches("[\\w./+,@%:=-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
