package io.sluice.perf.chaos;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The wall clock of a process, which can be set while the process runs: a small library, made by
/// the machine's C compiler, that the process is started with. What the process waits for is
/// measured by another clock and not touched. One thread.
final class WallClock {
  private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");
  private static final Duration COMPILING = Duration.ofSeconds(30);
  private static final Optional<Path> COMPILER = compiler();

  private final Path file;
  private final MappedByteBuffer ahead;
  private final Optional<Path> library;

  /// @param file of this clock; the library is made beside it
  WallClock(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
      ahead = channel.map(MapMode.READ_WRITE, 0, Long.BYTES);
    }
    var _ = ahead.order(ByteOrder.nativeOrder());
    this.library = COMPILER.isPresent() ? Optional.of(made(COMPILER.get(), file)) : COMPILER;
  }

  /// Whether clocks can be set here: on Linux, with a C compiler.
  static boolean isThere() {
    return COMPILER.isPresent();
  }

  private static Optional<Path> compiler() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return COMPILERS.stream()
        .flatMap(
            name -> Arrays.stream(path.split(File.pathSeparator, -1)).map(in -> Path.of(in, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path made(Path compiler, Path beside) throws IOException {
    Path library = beside.resolveSibling("wall-clock.so");
    if (Files.exists(library)) {
      return library;
    }
    Path source = beside.resolveSibling("wall-clock.c");
    try (InputStream text =
        Objects.requireNonNull(WallClock.class.getResourceAsStream("wall-clock.c"))) {
      Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
    }
    Path output = beside.resolveSibling("wall-clock.log");
    Process compiling =
        new ProcessBuilder(
                compiler.toString(), "-shared", "-fPIC", "-O2", "-o", "" + library, "" + source)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!compiling.waitFor(COMPILING.toSeconds(), TimeUnit.SECONDS)) {
        compiling.destroyForcibly();
        throw new IOException(compiler + " takes longer than " + COMPILING.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (compiling.exitValue() != 0) {
      throw new IOException(
          compiler + " could not make the library for clocks: " + Files.readString(output));
    }
    return library;
  }

  /// What a process needs so that this is its clock; nothing where clocks cannot be set.
  Map<String, String> environment() {
    return library
        .map(it -> Map.of("LD_PRELOAD", it.toString(), "WALL_CLOCK", file.toString()))
        .orElse(Map.of());
  }

  /// At once, the clock is so far ahead; behind, if negative.
  void set(Duration by) {
    var _ = ahead.putLong(0, by.toNanos()); // 8 bytes in one piece, since they are aligned
  }
}
