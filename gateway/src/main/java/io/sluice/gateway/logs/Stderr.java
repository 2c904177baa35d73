package io.sluice.gateway.logs;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// This process' stderr.
final class Stderr {
  /// On Linux, a link to what it is.
  private static final Path ITSELF = Path.of("/proc/self/fd/2");

  private Stderr() {}

  /// Without a buffer: what was written is on its way.
  static OutputStream open() {
    return new FileOutputStream(FileDescriptor.err);
  }

  /// Whether somebody looks at it. Java knows that of stdin and stdout together only, so Linux is
  /// asked first.
  @SuppressWarnings("SystemConsoleNull") // which one there is depends on the JDK
  static boolean isTerminal() {
    try {
      return isTerminal(Files.readSymbolicLink(ITSELF));
    } catch (IOException | UnsupportedOperationException _) {
      Console console = System.console();
      return console != null && console.isTerminal();
    }
  }

  static boolean isTerminal(Path what) {
    String name = what.toString();
    return name.startsWith("/dev/pts/")
        || name.startsWith("/dev/tty")
        || name.equals("/dev/console");
  }
}
