package io.sluice.gateway;

import io.sluice.broker.Pulse;
import io.sluice.gateway.health.Watched;
import java.time.Duration;
import java.util.Optional;

/// A thread that reads Kafka, for the watchdog: it goes round by itself, also while Kafka is away.
record TailerPulse(Pulse pulse) implements Watched {
  @Override
  public Kind kind() {
    return Kind.TAILER;
  }

  @Override
  public String name() {
    return pulse.thread().getName();
  }

  @Override
  public long turns() {
    return pulse.turns();
  }

  @Override
  public Duration most() {
    return pulse.most();
  }

  @Override
  public void nudge() {
    // nobody has to
  }

  @Override
  public Optional<Thread> thread() {
    return Optional.of(pulse.thread());
  }
}
