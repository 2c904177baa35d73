package io.sluice.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Position;
import io.sluice.perf.ClientEvents;
import io.sluice.perf.Comeback;
import io.sluice.perf.ProtocolClient;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A client that writes down everything it is told. Its events come on its own thread; any thread
/// may ask.
final class Listener implements ClientEvents, AutoCloseable {
  private final History history;
  private final Channels channels;
  private final Map<String, Long> last = new ConcurrentHashMap<>();
  private final ProtocolClient client;
  private volatile String node = "";

  /// Starts connecting.
  ///
  /// @param edges of the nodes, in the order in which it tries them
  Listener(String name, List<URI> edges, String token, Channels channels, List<String> mine) {
    this.history = new History(name);
    this.channels = channels;
    ProtocolClient.Target target =
        new ProtocolClient.Target(edges, token, mine).in("chaos").coming(Comeback.AS_SDKS);
    this.client = ProtocolClient.start(name, target, this);
  }

  History history() {
    return history;
  }

  @Override
  public void connected(URI to) {
    node = to.toString();
    history.add(new Event.Connected(System.nanoTime(), node));
  }

  @Override
  public void session(String outcome) {
    history.add(new Event.Session(System.nanoTime(), outcome));
  }

  @Override
  public void live(URI at) {
    history.add(new Event.Live(System.nanoTime()));
  }

  @Override
  public void subscribed(String channel, Recovery recovery, Position position) {
    history.add(
        new Event.Subscribed(
            System.nanoTime(), channels.number(channel), recovery, position.offset()));
    last.put(channel, position.offset()); // last: who sees it sees the event
  }

  @Override
  public void received(String channel, Position position, JsonNode data) {
    int number = channels.number(channel);
    history.add(
        new Event.Received(
            System.nanoTime(), number, position.offset(), Payload.number(number, data)));
    last.put(channel, position.offset()); // last: who sees it sees the event
  }

  @Override
  public void unreachable(URI at, String reason) {
    history.add(new Event.Unreachable(System.nanoTime(), at + ": " + reason));
  }

  @Override
  public void disconnected(URI at, String reason) {
    node = "";
    history.add(new Event.Ended(System.nanoTime(), reason));
  }

  boolean isLive() {
    return client.isLive();
  }

  /// Whether it is connected to this node.
  boolean isOn(Node which) {
    return node.equals(which.edge().toString());
  }

  /// Whether it is live, and has everything up to this offset of each of its channels.
  boolean hasAll(Map<String, Long> ends) {
    return isLive()
        && last.entrySet().stream()
            .allMatch(it -> it.getValue() >= ends.getOrDefault(it.getKey(), 0L));
  }

  /// That this client is not as it must be, and what ended it, if something has.
  Fact stuck(String what) {
    String more = failure().map(failure -> ", ended by " + failure).orElse("");
    return new Fact(Fact.Kind.STUCK, history.client(), what + more);
  }

  /// What ended it for good.
  Optional<Throwable> failure() {
    return client.failure();
  }

  void cut() {
    client.cut();
  }

  /// Closes it; what it was not given by now is not owed.
  void leave() {
    history.add(new Event.Left(System.nanoTime()));
    close();
  }

  @Override
  public void close() {
    client.close();
  }
}
