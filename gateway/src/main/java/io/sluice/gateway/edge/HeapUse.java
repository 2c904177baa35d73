package io.sluice.gateway.edge;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much of the heap is in use after collections, of the whole process. The JVM tells by a
/// thread of its own.
final class HeapUse implements NotificationListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HeapUse.class);
  private static final long NONE = Long.MAX_VALUE;

  private final AtomicLong least = new AtomicLong(NONE);
  private final Set<String> heap =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  /// Listens from now on.
  HeapUse() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(this, null, null);
      }
    }
  }

  @Override
  public void handleNotification(Notification told, Object handback) {
    if (!told.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)
        || !(told.getUserData() instanceof CompositeData data)) {
      return;
    }
    var info = GarbageCollectionNotificationInfo.from(data);
    if (info.getGcName().endsWith("Pauses")) {
      return; // of ZGC and Shenandoah, whose collections are told apart from them
    }
    long used =
        info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
            .filter(pool -> heap.contains(pool.getKey()))
            .mapToLong(pool -> pool.getValue().getUsed())
            .sum();
    least.accumulateAndGet(used, Math::min);
  }

  /// The least since this was last asked, percent; none without a collection since then. One
  /// thread.
  OptionalInt leastPercent() {
    long used = least.getAndSet(NONE);
    return used == NONE
        ? OptionalInt.empty()
        : OptionalInt.of((int) (used * 100 / Runtime.getRuntime().maxMemory()));
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        try {
          emitter.removeNotificationListener(this);
        } catch (ListenerNotFoundException e) {
          log.debug("a collector was not listened to", e);
        }
      }
    }
  }
}
