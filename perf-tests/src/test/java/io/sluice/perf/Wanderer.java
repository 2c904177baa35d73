package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Position;
import io.sluice.perf.check.SequenceChecker;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A client that is cut, changes nodes, and sleeps, and remembers only what an application would:
/// the position of the last publication it was given. Driven by one thread.
final class Wanderer implements ClientEvents, AutoCloseable {
  private final String name;
  private final String token;
  private final String session;
  private final List<String> channels;
  private final SequenceChecker checker;
  private final Map<String, Integer> losses = new ConcurrentHashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> sessions = new CopyOnWriteArrayList<>();
  private List<URI> nodes;
  private Map<String, Position> positions = Map.of();
  private @Nullable ProtocolClient client;
  private int wakesAt;
  private volatile String last = "";

  /// Must see every channel from its first record on.
  ///
  /// @param nodes of the cluster; it prefers the first
  Wanderer(
      String name, List<URI> nodes, String token, List<String> channels, SequenceChecker checker) {
    this(name, new ProtocolClient.Target(nodes, token, channels), checker);
  }

  /// The same, perhaps with a session.
  Wanderer(String name, ProtocolClient.Target target, SequenceChecker checker) {
    this.name = name;
    this.nodes = target.nodes();
    this.token = target.token();
    this.session = target.session();
    this.channels = target.channels();
    this.checker = checker;
    channels.forEach(channel -> checker.expect(name, channel, 0));
    wake();
  }

  @Override
  public void session(String outcome) {
    sessions.add(outcome);
  }

  @Override
  public void subscribed(String channel, Recovery recovery, Position position) {
    switch (recovery) {
      case FRESH -> {}
      case RECOVERED -> checker.toldRecovered(name, channel);
      case LOST -> {
        losses.merge(channel, 1, Integer::sum);
        checker.toldOfLoss(name, channel);
      }
    }
  }

  @Override
  public void received(String channel, Position position, JsonNode data) {
    checker.received(name, channel, position, data.required("n").asLong());
  }

  @Override
  public void unreachable(URI node, String reason) {
    last = node + ": " + reason;
  }

  @Override
  public void disconnected(URI node, String reason) {
    last = node + ": " + reason;
  }

  boolean isAwake() {
    return client != null;
  }

  boolean isLive() {
    return client != null && client.isLive();
  }

  void cut() {
    if (client != null) {
      client.cut();
    }
  }

  /// From now on another node is its first choice.
  void move() {
    if (client != null) {
      sleep(0);
      List<URI> turned = new ArrayList<>(nodes.subList(1, nodes.size()));
      turned.add(nodes.getFirst());
      nodes = List.copyOf(turned);
      wake();
    }
  }

  /// @param until the step at which it wakes
  void sleep(int until) {
    ProtocolClient awake = client;
    if (awake != null) {
      awake.close();
      awake.failure().ifPresent(failure -> failures.add(failure.toString()));
      positions = awake.positions();
      client = null;
      wakesAt = until;
    }
  }

  void wakeIfDue(int step) {
    if (client == null && step >= wakesAt) {
      wake();
    }
  }

  void wake() {
    if (client == null) {
      client =
          ProtocolClient.start(
              name,
              new ProtocolClient.Target(nodes, token, channels).in(session).since(positions),
              this);
    }
  }

  /// How often it was told, of one channel, that something may be missing.
  int mostLosses() {
    return losses.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /// What it was told of its session at each connect.
  List<String> sessions() {
    return List.copyOf(sessions);
  }

  /// What ended a client of its other than itself.
  List<String> failures() {
    List<String> all = new ArrayList<>(failures);
    Optional.ofNullable(client)
        .flatMap(ProtocolClient::failure)
        .ifPresent(failure -> all.add(failure.toString()));
    return all;
  }

  @Override
  public void close() {
    sleep(Integer.MAX_VALUE);
  }

  @Override
  public String toString() {
    return "%s (%s, losses %s, last end '%s', failures %s)"
        .formatted(
            name, isLive() ? "live" : isAwake() ? "awake" : "asleep", losses, last, failures());
  }
}
