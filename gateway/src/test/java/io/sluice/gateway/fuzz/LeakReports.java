package io.sluice.gateway.fuzz;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps what Netty reports of buffers that nobody released. Netty makes it, when the system
/// property `io.netty.customResourceLeakDetector` names it; the build of this module does so.
public final class LeakReports<T> extends ResourceLeakDetector<T> {
  private static final List<String> REPORTS = new CopyOnWriteArrayList<>();

  /// For Netty.
  public LeakReports(Class<?> type, int samplingInterval) {
    super(type, samplingInterval);
  }

  /// All so far, of the whole JVM.
  public static List<String> all() {
    return List.copyOf(REPORTS);
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String type, String records) {
    REPORTS.add(type + records);
    super.reportTracedLeak(type, records);
  }

  @Override
  protected void reportUntracedLeak(String type) {
    REPORTS.add(type);
    super.reportUntracedLeak(type);
  }
}
