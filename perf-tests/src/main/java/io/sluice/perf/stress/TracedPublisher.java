package io.sluice.perf.stress;

import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.Publisher;
import java.util.Optional;

/// Publishes by Kafka, and begins a trace with a few of its publications. One thread publishes.
final class TracedPublisher implements Publisher {
  private final KafkaPublisher publisher;
  private final String topic;
  private final RunTraces traces;

  /// @param publisher to the topic; is closed with this
  TracedPublisher(KafkaPublisher publisher, String topic, RunTraces traces) {
    this.publisher = publisher;
    this.topic = topic;
    this.traces = traces;
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    Optional<RunTraces.Sending> traced = traces.publication(topic);
    if (traced.isEmpty()) {
      publisher.publish(channel, payload, outcome);
      return;
    }
    RunTraces.Sending sending = traced.get();
    publisher.publishTraced(
        channel,
        payload,
        sending.traceparent(),
        new Outcome() {
          @Override
          public void acknowledged(long offset) {
            sending.written();
            outcome.acknowledged(offset);
          }

          @Override
          public void failed(String why) {
            sending.failed();
            outcome.failed(why);
          }
        });
  }

  @Override
  public void close() {
    publisher.close();
  }
}
