package io.sluice.broker;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The tailers: one for each isolation level that a bound topic has. For any thread; only [#close]
/// waits.
final class Tailers implements AutoCloseable {
  private volatile Map<Isolation, Tailer> byIsolation = Map.of();

  /// Makes those that these topics need; they do not run yet. Once.
  void make(Collection<TopicTail> topics, Function<Isolation, Tailer> maker) {
    Map<Isolation, Tailer> made = new EnumMap<>(Isolation.class);
    topics.forEach(topic -> made.computeIfAbsent(topic.binding().isolation(), maker));
    byIsolation = made;
  }

  /// Has each read those topics that are of its level.
  void tail(Collection<TopicTail> topics) {
    byIsolation.forEach((isolation, tailer) -> {
      List<TopicTail> its =
          topics.stream().filter(topic -> topic.binding().isolation() == isolation).toList();
      tailer.tail(its);
    });
  }

  void start() {
    byIsolation.values().forEach(Tailer::start);
  }

  /// Whether all have taken over what the ledger said in a version.
  boolean hasLearned(long version) {
    return byIsolation.values().stream().allMatch(tailer -> tailer.hasLearned(version));
  }

  /// Whether the threads of all are alive.
  boolean running() {
    return byIsolation.values().stream().allMatch(Tailer::running);
  }

  /// The signs of life of all.
  List<Pulse> pulses() {
    return byIsolation.values().stream().map(Tailer::pulse).toList();
  }

  /// Closes them, and forgets them and what they hold.
  @Override
  public void close() {
    byIsolation.values().forEach(Tailer::close);
    byIsolation = Map.of();
  }
}
