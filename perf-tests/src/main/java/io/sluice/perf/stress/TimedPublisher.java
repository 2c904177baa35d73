package io.sluice.perf.stress;

import io.sluice.perf.load.Publisher;

/// Tells Gatling what became of each publish. One thread publishes.
final class TimedPublisher implements Publisher {
  private final Publisher publisher;
  private final Measures measures;

  /// @param publisher is closed with this
  TimedPublisher(Publisher publisher, Measures measures) {
    this.publisher = publisher;
    this.measures = measures;
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    long began = System.currentTimeMillis();
    publisher.publish(
        channel,
        payload,
        new Outcome() {
          @Override
          public void acknowledged(long offset) {
            measures.took(Measures.PUBLISH, began, System.currentTimeMillis());
            outcome.acknowledged(offset);
          }

          @Override
          public void failed(String why) {
            measures.failed(Measures.PUBLISH, began, why);
            outcome.failed(why);
          }
        });
  }

  @Override
  public void close() {
    publisher.close();
  }
}
