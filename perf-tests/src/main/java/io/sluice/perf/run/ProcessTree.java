package io.sluice.perf.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a process costs together with those that it has started: a server may be several. Any
/// thread.
public final class ProcessTree {
  private static final Pattern PROPORTIONAL = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB$");
  private static final int KIB = 1024;

  private ProcessTree() {}

  /// Processor time that all of them have used, see [Accounting#cpu]. What has ended no longer
  /// counts.
  public static Duration cpu(long pid) {
    return children(pid)
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Accounting.cpu(pid), Duration::plus);
  }

  /// Memory that they hold, bytes. Of several, on Linux, each page counts once, whoever shares it.
  public static long residentBytes(long pid) throws IOException {
    List<Long> children = children(pid).map(ProcessHandle::pid).toList();
    if (children.isEmpty()) {
      return Accounting.residentBytes(pid);
    }
    long all = proportional(pid);
    for (long child : children) {
      all += proportional(child);
    }
    return all;
  }

  private static Stream<ProcessHandle> children(long pid) {
    return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
  }

  private static long proportional(long pid) throws IOException {
    Path account = Path.of("/proc", Long.toString(pid), "smaps_rollup");
    try {
      Matcher matcher = PROPORTIONAL.matcher(Files.readString(account));
      if (!matcher.find()) {
        throw new IOException(account + " has no Pss");
      }
      return Long.parseLong(matcher.group(1)) * KIB;
    } catch (NoSuchFileException e) {
      return Accounting.residentBytes(pid); // no Linux: shared pages count for each
    }
  }
}
