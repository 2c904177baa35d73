package io.sluice.broker;

import java.util.List;

/// All that the bridge to Kafka needs to know.
///
/// @param kafka where Kafka is and how to talk to it
/// @param window how much is kept in memory
/// @param publish how publishes are done
/// @param replay how much is read below the windows
/// @param bindings the namespaces and their topics, each topic once
public record BridgeSettings(
    KafkaSettings kafka,
    WindowSettings window,
    PublishSettings publish,
    ReplaySettings replay,
    List<TopicBinding> bindings) {
  public BridgeSettings {
    bindings = List.copyOf(bindings);
    long topics = bindings.stream().map(TopicBinding::topic).distinct().count();
    if (topics != bindings.size()) {
      throw new IllegalArgumentException("a topic is bound by two namespaces: " + bindings);
    }
  }
}
