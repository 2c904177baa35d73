package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.check.SequenceChecker;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Clients that all subscribe to the same channels, and one checker for all of them.
final class Audience implements AutoCloseable {
  private static final Duration LIVE = Duration.ofSeconds(20);

  private final SequenceChecker checker = new SequenceChecker();
  private final List<CheckedClient> clients = new ArrayList<>();
  private final RunningUp up;
  private final List<String> channels;

  Audience(RunningUp up, List<String> channels) {
    this.up = up;
    this.channels = channels;
  }

  /// Names for this many channels of the namespace `default`.
  static List<String> channels(int count) {
    return IntStream.range(0, count).mapToObj("channel-%03d"::formatted).toList();
  }

  /// Adds clients and waits until they are subscribed to everything.
  ///
  /// @param nodes see [ProtocolClient.Target]
  List<CheckedClient> join(String name, int count, List<URI> nodes) {
    List<CheckedClient> joined = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var target = new ProtocolClient.Target(nodes, up.token(), channels);
      joined.add(new CheckedClient(name + "-" + i, checker, target));
    }
    clients.addAll(joined);
    await(joined, LIVE, CheckedClient::isLive);
    return joined;
  }

  void forgetConnections() {
    clients.forEach(CheckedClient::forgetConnections);
  }

  /// Waits until this is so of all these clients.
  void await(List<CheckedClient> these, Duration limit, Predicate<CheckedClient> wanted) {
    Eventually.so(
        limit, () -> these.stream().allMatch(wanted), () -> "%s; %s".formatted(these, up));
  }

  /// Waits until everything has come to everybody, and holds that against the rule: each channel in
  /// order, none twice, none missing.
  void assertAllReceived(Map<String, Long> published, Duration limit) {
    Eventually.so(
        limit,
        () -> checker.missing(published) == 0,
        () ->
            "%d publications are missing; %s; %s; %s"
                .formatted(checker.missing(published), checker.violations(), clients, up));
    assertThat(checker.violations(published)).as(clients::toString).isEmpty();
    assertThat(clients).allMatch(CheckedClient::lostNothing);
    long all = published.values().stream().mapToLong(Long::longValue).sum();
    assertThat(checker.received()).isEqualTo(all * clients.size());
  }

  @Override
  public void close() {
    clients.forEach(CheckedClient::close);
  }
}
