package io.sluice.perf.chaos;

import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.TokenConfig;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Clients of one round that come together, as many first at each node. One thread.
final class Crowd implements AutoCloseable {
  /// Of each client.
  private static final int CHANNELS = 5;

  private static final Duration ASKING = Duration.ofMillis(20);
  private static final Duration TOKEN = Duration.ofHours(6);

  private final List<Listener> clients = new ArrayList<>();

  /// Starts connecting.
  ///
  /// @param kind of their names
  Crowd(String kind, int size, Cluster cluster, Channels channels, Random random) {
    List<URI> edges = cluster.nodes().stream().map(Node::edge).toList();
    for (int i = 0; i < size; i++) {
      List<URI> nodes = new ArrayList<>(edges);
      Collections.rotate(nodes, i);
      List<String> mine = some(channels, random);
      String name = channels.prefix() + kind + "-" + i;
      clients.add(new Listener(name, nodes, token(name), channels, mine));
    }
  }

  /// As many as a client has.
  static List<String> some(Channels channels, Random random) {
    List<String> all = new ArrayList<>(channels.names());
    Collections.shuffle(all, random);
    return all.subList(0, Math.min(CHANNELS, all.size()));
  }

  /// What lets a user in.
  static String token(String user) {
    return new TokenSigner(
            new TokenConfig(Node.SECRET, "", "", "", "", /* anonymous= */ false), Clock.systemUTC())
        .sign(user, TOKEN, List.of());
  }

  List<History> histories() {
    return clients.stream().map(Listener::history).toList();
  }

  /// The node that most of them are connected to.
  Node mostPopular(List<Node> nodes) {
    return Collections.max(
        nodes,
        Comparator.comparingLong(node -> clients.stream().filter(it -> it.isOn(node)).count()));
  }

  int live() {
    return (int) clients.stream().filter(Listener::isLive).count();
  }

  int size() {
    return clients.size();
  }

  /// Waits until all are live.
  ///
  /// @return those that are not by then
  List<Listener> awaitLive(Duration limit) {
    await(limit, () -> clients.stream().allMatch(it -> it.isLive() || it.failure().isPresent()));
    return clients.stream().filter(it -> !it.isLive()).toList();
  }

  /// Waits until all have everything.
  ///
  /// @param ends the last position of each channel
  /// @return those that have not by then
  List<Listener> awaitAll(Map<String, Long> ends, Duration limit) {
    await(
        limit, () -> clients.stream().allMatch(it -> it.hasAll(ends) || it.failure().isPresent()));
    return clients.stream().filter(it -> !it.hasAll(ends)).toList();
  }

  /// Waits until none is connected to a node.
  ///
  /// @return those that are by then
  List<Listener> awaitGone(Node node, Duration limit) {
    await(limit, () -> clients.stream().noneMatch(it -> it.isOn(node)));
    return clients.stream().filter(it -> it.isOn(node)).toList();
  }

  /// Waits until something is so, or has had the time to be.
  static void await(Duration limit, BooleanSupplier done) {
    long end = System.nanoTime() + limit.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(ASKING.toNanos());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /// Those that have lost a connection since then.
  ///
  /// @param others not by the run's own doing
  List<History> endedSince(long moment, boolean others) {
    return histories().stream()
        .filter(history ->
            history.events().stream()
                .anyMatch(event ->
                    event instanceof Event.Ended it
                        && it.at() - moment >= 0
                        && !(others && it.isOurs())))
        .toList();
  }

  /// Those that were told since then that their session is not known, or nothing of it.
  List<History> withoutSession(long moment) {
    return histories().stream().filter(it -> !isResumed(it, moment)).toList();
  }

  static boolean isResumed(History history, long moment) {
    List<Event.Session> told =
        history.events().stream()
            .filter(Event.Session.class::isInstance)
            .map(Event.Session.class::cast)
            .filter(it -> it.at() - moment >= 0)
            .toList();
    return !told.isEmpty() && told.stream().allMatch(Event.Session::isResumed);
  }

  /// Cuts all of them at once.
  void cut() {
    clients.forEach(Listener::cut);
  }

  /// Cuts some of them at once.
  ///
  /// @param share 0 to 1
  void cut(double share, Random random) {
    List<Listener> shuffled = new ArrayList<>(clients);
    Collections.shuffle(shuffled, random);
    shuffled.subList(0, (int) (shuffled.size() * share)).forEach(Listener::cut);
  }

  /// Closes them; what they were not given by now is not owed.
  void leave() {
    clients.forEach(Listener::leave);
  }

  @Override
  public void close() {
    clients.forEach(Listener::close);
  }
}
