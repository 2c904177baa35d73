package io.sluice.gateway.health;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the threads of this process do, as text: first those that are asked for, whole, then the
/// others, as far as there is room. Virtual threads are not among them.
final class ThreadDump {
  /// A hundred threads of ten lines.
  static final int MOST_CHARS = 64 << 10;

  /// Of one that was asked for.
  private static final int DEEP = 128;

  /// Of any other.
  private static final int SHALLOW = 16;

  private ThreadDump() {}

  /// All threads; stops them for a moment.
  static String of(Set<Thread> first) {
    Set<Long> ids = first.stream().map(Thread::threadId).collect(Collectors.toSet());
    ThreadInfo[] all =
        ManagementFactory.getThreadMXBean()
            .dumpAllThreads(/* lockedMonitors= */ false, /* lockedSynchronizers= */ false, DEEP);
    List<@Nullable ThreadInfo> ordered = new ArrayList<>(Arrays.asList(all));
    ordered.removeIf(info -> info == null); // it has ended meanwhile
    ordered.sort((a, b) -> Boolean.compare(isAmong(ids, b), isAmong(ids, a)));
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (ThreadInfo info : ordered) {
      if (info != null) {
        String one = describe(info, isAmong(ids, info) ? DEEP : SHALLOW);
        if (text.length() + one.length() > MOST_CHARS) {
          return text.append("%d threads more%n".formatted(ordered.size() - shown)).toString();
        }
        text.append(one);
        shown++;
      }
    }
    return text.toString();
  }

  private static boolean isAmong(Set<Long> ids, @Nullable ThreadInfo info) {
    return info != null && ids.contains(info.getThreadId());
  }

  private static String describe(ThreadInfo info, int depth) {
    StringBuilder text = new StringBuilder();
    text.append("\"%s\" %s".formatted(info.getThreadName(), info.getThreadState()));
    if (info.getLockName() != null) {
      text.append(" on ").append(info.getLockName());
    }
    if (info.getLockOwnerName() != null) {
      text.append(" held by \"%s\"".formatted(info.getLockOwnerName()));
    }
    text.append('\n');
    StackTraceElement[] stack = info.getStackTrace();
    for (int i = 0; i < Math.min(depth, stack.length); i++) {
      text.append("    at ").append(stack[i]).append('\n');
    }
    if (stack.length > depth) {
      text.append("    ... %d more%n".formatted(stack.length - depth));
    }
    return text.toString();
  }
}
