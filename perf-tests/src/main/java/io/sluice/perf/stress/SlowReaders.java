package io.sluice.perf.stress;

import io.sluice.perf.run.ProcessBound;
import io.sluice.perf.swarm.Audience;
import io.sluice.perf.swarm.Report;
import io.sluice.perf.swarm.Swarm;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Clients that read too slowly, in a process of their own, which ends with this one, however that
/// ends. Any thread.
final class SlowReaders implements AutoCloseable {
  /// A client for so many users.
  private static final int SHARE = 10;

  /// A node takes a client for dead that has not read a write of 64 KiB, and the ping behind it, in
  /// five times `edge.pong-timeout`, 40 s (1,640 bytes a second), or whose socket has taken nothing
  /// for `edge.write-timeout`, 10 s. These read more.
  private static final int BYTES_A_SECOND = 2_500;

  private static final List<String> FLAGS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml");

  private final Swarm swarm = new Swarm(FLAGS);
  private final ProcessBound ending;

  /// How connections had ended when all were live for the first time.
  private Map<String, Long> before = Map.of();

  private SlowReaders() {
    ending = new ProcessBound(this::stop);
  }

  /// Returns when all of them are connected and subscribed.
  ///
  /// @throws IOException when some are not within two minutes, with what they were told
  static SlowReaders open(StressTarget target, StressPlan plan) throws IOException {
    SlowReaders readers = new SlowReaders();
    try {
      readers.open(
          Audience.of(
                  target.edges(), target.secret(), Published.ROOM, plan.rooms(), plan.slowRooms())
              .reading(Audience.Reading.SLOW, BYTES_A_SECOND)
              .fromAnywhere(),
          Math.max(1, plan.users() / SHARE));
      return readers;
    } catch (IOException | RuntimeException e) {
      readers.close();
      throw e;
    }
  }

  private synchronized void open(Audience audience, int clients) throws IOException {
    Report report = swarm.open(audience, clients);
    demandLive(report, clients);
    before = report.ends();
  }

  /// @throws IOException when fewer than all are live
  static void demandLive(Report report, int clients) throws IOException {
    if (report.live() < clients) {
      throw new IOException(
          "%d of %d clients that read slowly are subscribed; connections ended by %s, errors were %s"
              .formatted(report.live(), clients, report.ends(), report.errors()));
    }
  }

  /// What came of them so far. They never have all that is published, so what they have not read
  /// yet is not missing: only what was left out, came twice or out of order among what they have
  /// read (see [Report#violations], of which there are 50 at most), and connections that have
  /// ended.
  synchronized Report ask() throws IOException {
    return swarm.ask();
  }

  /// How connections have ended since all were live, and how often.
  synchronized Map<String, Long> ended(Report report) {
    Map<String, Long> since = new TreeMap<>();
    report
        .ends()
        .forEach((how, times) -> {
          long more = times - before.getOrDefault(how, 0L);
          if (more > 0) {
            since.put(how, more);
          }
        });
    return since;
  }

  private synchronized void stop() {
    swarm.close();
  }

  @Override
  public void close() {
    ending.close();
  }
}
