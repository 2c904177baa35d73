package io.sluice.gateway;

import io.sluice.broker.Pulse;
import io.sluice.gateway.health.Watched;
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
  public Turn turn() {
    Pulse.Turn now = pulse.turn();
    return new Turn(now.number(), now.most());
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
