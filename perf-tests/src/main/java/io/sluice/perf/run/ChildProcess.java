package io.sluice.perf.run;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A process that is spoken to by lines and ends when we do: its standard input is a pipe that only
/// we hold. What it prints to stderr goes to a file. One thread.
public final class ChildProcess implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(12);
  private static final int LAST_LINES = 8;

  /// Lines it may be ahead of us.
  private static final int AHEAD = 1_024;

  /// Waits for the program, while another process waits for the end of our pipe. Standard input of
  /// what a shell starts in the background is nothing unless it is given; hence descriptor 3.
  private static final String ENDS_WITH_US =
      """
      exec 3<&0
      "$@" 3<&- >&2 &
      program=$!
      { cat <&3; kill "$program"; sleep 10; kill -9 "$program"; } >/dev/null 2>&1 &
      watcher=$!
      exec 3<&-
      echo "$program"
      code=0
      wait "$program" || code=$?
      kill "$watcher" 2>/dev/null
      exit "$code"
      """;

  private final String name;
  private final Process process;
  private final Path log;
  private final BufferedWriter input;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(AHEAD);

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.input =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    Thread.ofPlatform().daemon().name(name + "-output").start(this::listen);
  }

  /// A JVM of this JVM's kind, with this JVM's class path.
  ///
  /// @param name for people
  /// @param flags of the JVM
  public static ChildProcess java(
      String name, List<String> flags, Class<?> mainClass, List<String> arguments)
      throws IOException {
    String classPath = System.getProperty("java.class.path");
    return java(name, flags, classPath, mainClass.getName(), arguments, Map.of());
  }

  /// The same with another class path.
  ///
  /// @param environment variables beside ours
  public static ChildProcess java(
      String name,
      List<String> flags,
      String classPath,
      String mainClass,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    Path log = Files.createTempFile("sluice-" + name + "-", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    return new ChildProcess(name, builder.start(), log);
  }

  /// A program that takes no notice of its standard input. It is told to end (SIGTERM) when its
  /// input ends or we do, killed 10 s later, and what it prints goes to its log. The line it says
  /// first, through the shell that sees to this, is its process id.
  ///
  /// @param environment variables beside ours
  public static ChildProcess program(
      String name, List<String> command, Map<String, String> environment) throws IOException {
    List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", ENDS_WITH_US, name));
    all.addAll(command);
    Path log = Files.createTempFile("sluice-" + name + "-", ".log");
    ProcessBuilder builder = new ProcessBuilder(all).redirectError(log.toFile());
    builder.environment().putAll(environment);
    return new ChildProcess(name, builder.start(), log);
  }

  private void listen() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.put(line);
      }
    } catch (IOException _) {
      // it has ended; whoever waits for a line finds that out
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Where its standard error goes.
  public Path log() {
    return log;
  }

  /// Writes a line to it.
  public void say(String line) throws IOException {
    try {
      input.write(line);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw new IOException(failure("does not listen"), e);
    }
  }

  /// The next line it prints.
  ///
  /// @throws IOException with the end of its log, when it ends or says nothing for so long
  public String line(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        String line = lines.poll(200, TimeUnit.MILLISECONDS);
        if (line != null) {
          return line;
        }
        if (!process.isAlive() && lines.isEmpty()) {
          throw new IOException(failure("ended with exit code " + process.exitValue()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + name, e);
    }
    throw new IOException(failure("said nothing for " + limit.toSeconds() + " s"));
  }

  /// A sentence for people, with the end of its log.
  public String failure(String what) throws IOException {
    List<String> all = Files.readAllLines(log);
    List<String> last = all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
    return "%s (process %d) %s; the end of its log:\n%s"
        .formatted(name, process.pid(), what, String.join("\n", last));
  }

  /// Ends it as `kill -9` does, and what it has started; returns when it has gone.
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    close();
  }

  /// Ends its input, and kills it when it has not ended by then. Whoever was interrupted before
  /// waits all the same: what is ended in good order leaves nothing behind.
  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException _) {
      // it has gone already
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      interrupted = true;
    }
    try {
      Files.deleteIfExists(log);
    } catch (IOException _) {
      // a log is left in the system's temporary folder
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
