package io.sluice.perf.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The wall clock of one process, which can be set while it runs: libfaketime, where the machine
/// has it. The monotonic clock goes on as it is, as when somebody sets a machine's time. One
/// thread.
final class FakeClock {
  private static final Optional<Path> LIBRARY = library();

  private final Path file;

  /// @param file says how wrong the clock is
  FakeClock(Path file) throws IOException {
    this.file = file;
    set(Duration.ZERO);
  }

  /// Whether clocks can be set here.
  static boolean isThere() {
    return LIBRARY.isPresent();
  }

  private static Optional<Path> library() {
    return Stream.of(
            System.getenv().getOrDefault("LIBFAKETIME", ""),
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib64/faketime/libfaketimeMT.so.1",
            "/usr/lib/faketime/libfaketimeMT.so.1")
        .filter(name -> !name.isEmpty())
        .map(Path::of)
        .filter(Files::isReadable)
        .findFirst();
  }

  /// What a process needs so that this is its clock; nothing where there is no libfaketime.
  Map<String, String> environment() {
    return LIBRARY
        .map(library ->
            Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION", // seconds until it looks at the file again
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1"))
        .orElse(Map.of());
  }

  /// From a second from now at most, the clock is so far ahead.
  void set(Duration ahead) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, "%+d".formatted(ahead.toSeconds()));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
