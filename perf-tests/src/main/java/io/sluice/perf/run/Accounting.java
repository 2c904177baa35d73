package io.sluice.perf.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the operating system and the JVM say about a process. Any thread.
public final class Accounting {
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Path PROCESSES = Path.of("/proc/self/status");
  private static final int KIB = 1024;

  private Accounting() {}

  /// Processor time it has used, all threads, user and system together. The system counts in
  /// hundredths of a second.
  public static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended"));
  }

  /// Memory it holds, bytes. On Linux a file is read; elsewhere a process is started for it.
  ///
  /// @throws IOException when the process has ended
  public static long residentBytes(long pid) throws IOException {
    if (Files.exists(PROCESSES)) {
      Path status = Path.of("/proc", Long.toString(pid), "status");
      Matcher resident = RESIDENT.matcher(Files.readString(status));
      if (!resident.find()) {
        throw new IOException("process " + pid + " holds no memory any more");
      }
      return Long.parseLong(resident.group(1)) * KIB;
    }
    String text = run(List.of("ps", "-o", "rss=", "-p", Long.toString(pid))).strip();
    return Long.parseLong(text) * KIB;
  }

  /// What is alive on a JVM's heap, bytes; it collects all garbage first.
  public static long liveHeapBytes(long pid) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String text = run(List.of(jcmd, Long.toString(pid), "GC.class_histogram"));
    Matcher total = TOTAL.matcher(text);
    if (!total.find()) {
      throw new IOException("jcmd says no total of process " + pid + ": " + text.strip());
    }
    return Long.parseLong(total.group(1));
  }

  private static String run(List<String> command) throws IOException {
    Path output = Files.createTempFile("sluice-accounting-", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }
}
