package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Position;
import io.sluice.perf.check.SequenceChecker;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A client whose every publication goes to a [SequenceChecker], and that remembers what became of
/// its connections.
final class CheckedClient implements ClientEvents, AutoCloseable {
  private final String name;
  private final SequenceChecker checker;
  private final List<URI> connections = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<String> disconnects = new CopyOnWriteArrayList<>();
  private final Set<String> recovered = ConcurrentHashMap.newKeySet();
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private final ProtocolClient client;

  /// Starts connecting; must see every channel from its first record on.
  CheckedClient(String name, SequenceChecker checker, ProtocolClient.Target target) {
    this.name = name;
    this.checker = checker;
    target.channels().forEach(channel -> checker.expect(name, channel, 0));
    this.client = ProtocolClient.start(name, target, this);
  }

  @Override
  public void connected(URI node) {
    connections.add(node);
  }

  @Override
  public void subscribed(String channel, Recovery recovery, Position position) {
    switch (recovery) {
      case FRESH -> {}
      case RECOVERED -> {
        recovered.add(channel);
        checker.toldRecovered(name, channel);
      }
      case LOST -> lost.add(channel);
    }
  }

  @Override
  public void received(String channel, Position position, JsonNode data) {
    checker.received(name, channel, position, data.required("n").asLong());
  }

  @Override
  public void unreachable(URI node, String reason) {
    failures.add(node + ": " + reason);
  }

  @Override
  public void disconnected(URI node, String reason) {
    disconnects.add(node + ": " + reason);
  }

  boolean isLive() {
    return client.isLive();
  }

  /// Whether it is live, and on that node.
  boolean isLiveOn(URI node) {
    return isLive() && !connections.isEmpty() && node.equals(connections.getLast());
  }

  /// For how many channels a subscribe was answered with everything that was missed.
  int recovered() {
    return recovered.size();
  }

  /// Whether it was never told that something may be missing.
  boolean lostNothing() {
    return lost.isEmpty();
  }

  /// Whether nothing happened to its connection.
  boolean noticedNothing() {
    return connections.isEmpty() && disconnects.isEmpty() && isLive();
  }

  /// What became of its connections up to now is of no interest.
  void forgetConnections() {
    connections.clear();
    disconnects.clear();
    recovered.clear();
  }

  void cut() {
    client.cut();
  }

  @Override
  public void close() {
    client.close();
  }

  /// All that became of it.
  @Override
  public String toString() {
    return "%s: connected to %s, disconnected %s, not connected %s, recovered %d channels, told of loss on %s, ended by %s"
        .formatted(
            name, connections, disconnects, failures, recovered.size(), lost, client.failure());
  }
}
