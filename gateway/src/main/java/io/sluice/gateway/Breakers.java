package io.sluice.gateway;

import io.sluice.broker.BrokerBridge;
import io.sluice.gateway.health.Breaker;
import io.sluice.session.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The circuit breakers of a node: one for each topic that is published to, and that of Redis. For
/// any thread; never waits.
final class Breakers implements Supplier<List<Breaker>> {
  private final BrokerBridge bridge;
  private final SessionStore sessions;

  Breakers(BrokerBridge bridge, SessionStore sessions) {
    this.bridge = bridge;
    this.sessions = sessions;
  }

  @Override
  public List<Breaker> get() {
    List<Breaker> all = new ArrayList<>();
    bridge.breakers().forEach(it -> all.add(of(it)));
    sessions.breakers().forEach(it -> all.add(of(it)));
    return all;
  }

  private static Breaker of(io.sluice.broker.BreakerState it) {
    Breaker.State state =
        switch (it.state()) {
          case CLOSED -> Breaker.State.CLOSED;
          case HALF_OPEN -> Breaker.State.HALF_OPEN;
          case OPEN -> Breaker.State.OPEN;
        };
    return new Breaker(it.name(), state, it.since(), it.lastCause());
  }

  private static Breaker of(io.sluice.session.BreakerState it) {
    Breaker.State state =
        switch (it.state()) {
          case CLOSED -> Breaker.State.CLOSED;
          case HALF_OPEN -> Breaker.State.HALF_OPEN;
          case OPEN -> Breaker.State.OPEN;
        };
    return new Breaker(it.name(), state, it.since(), it.lastCause());
  }
}
