package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.protocol.Deflation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the connections of one event loop share. Confined to the loop.
final class LoopContext {
  private static final Logger log = LoggerFactory.getLogger(LoopContext.class);

  private final HubShard shard;
  private final TickWheel wheel = new TickWheel();
  private final WriteWatch writes;
  private final PingPace pace;
  private final Inflation inflation = new Inflation();
  private final Deflation deflation = new Deflation();
  private final Set<Connection> connections = identitySet();
  private final Set<EchoMessages> echoes = identitySet();
  private final Set<EdgeHttpHandler> requests = identitySet();
  private final Set<TurnedAway> turnedAway = identitySet();
  private final OutboxBudget outboxes;
  private final SpareLists spareLists = new SpareLists();
  private final Checkpoints checkpoints = new Checkpoints();
  private final FrameBuffer frames = new FrameBuffer();
  private final LoopLag lag = new LoopLag(System::nanoTime);
  private final AtomicLong delivered = new AtomicLong();
  private final long mostBodyBytes;
  private boolean draining;
  private long bodyBytes;

  /// @param shard its part of the hub
  /// @param outboxes bytes that the outboxes of its connections may hold together
  LoopContext(HubShard shard, EdgeConfig edge, long outboxes) {
    this.shard = shard;
    this.outboxes = new OutboxBudget(outboxes);
    this.writes = new WriteWatch(edge.writeTimeout());
    this.pace = PingPace.of(edge);
    this.mostBodyBytes =
        RequestBody.mostOfALoop(EdgeLoops.count(edge.loops()), edge.maxMessage().asInt());
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  HubShard shard() {
    return shard;
  }

  TickWheel wheel() {
    return wheel;
  }

  /// Who does not read.
  WriteWatch writes() {
    return writes;
  }

  /// What its connections' outboxes hold.
  OutboxBudget outboxes() {
    return outboxes;
  }

  SpareLists spareLists() {
    return spareLists;
  }

  /// Which sessions are due to be written.
  Checkpoints checkpoints() {
    return checkpoints;
  }

  /// Where writes are put together.
  FrameBuffer frames() {
    return frames;
  }

  /// A publication was put into an outbox; those in a subscribe's answer are not counted.
  void delivered() {
    delivered.lazySet(delivered.getPlain() + 1); // nobody else writes
  }

  /// How many were. For any thread.
  long deliveries() {
    return delivered.get();
  }

  /// How often to ping.
  PingPace pace() {
    return pace;
  }

  /// How late its ticks are.
  LoopLag lag() {
    return lag;
  }

  /// A tick of [TickWheel#TICK_MS] has passed. Nothing may come out of it, errors neither: it would
  /// end the loop's periodic task.
  void tick() {
    lag.ticked();
    wheel.tick();
    try {
      writes.tick();
    } catch (Throwable e) {
      log.error("sockets could not be looked at", e); // the wheel must go on turning
    }
    try {
      checkpoints.tick();
    } catch (Throwable e) {
      log.error("sessions could not be written", e);
    }
  }

  /// Decompresses what clients send.
  Inflation inflation() {
    return inflation;
  }

  /// Compresses what echoes send back.
  Deflation deflation() {
    return deflation;
  }

  /// Those that are open and were not told to go.
  Set<Connection> connections() {
    return connections;
  }

  /// The open echoes.
  Set<EchoMessages> echoes() {
    return echoes;
  }

  /// Sockets that speak HTTP: no connection yet, or an event stream.
  Set<EdgeHttpHandler> requests() {
    return requests;
  }

  /// WebSockets that wait for being told to come back.
  Set<TurnedAway> turnedAway() {
    return turnedAway;
  }

  /// Asks for memory for a part of a request's body; [#giveBodyBytes] gives it back.
  boolean takeBodyBytes(int more) {
    if (bodyBytes + more > mostBodyBytes) {
      return false;
    }
    bodyBytes += more;
    return true;
  }

  void giveBodyBytes(int less) {
    bodyBytes -= less;
  }

  /// Nothing will be written any more.
  void close() {
    frames.close();
  }

  /// Whether no connection may begin any more.
  boolean draining() {
    return draining;
  }

  /// Who is to go.
  ///
  /// @param connections those that have yet to be told
  /// @param told sockets of all others, that are going
  record Leaving(List<Connection> connections, List<Channel> told) {}

  /// From now on no connection begins. A handshake that is still on its way may finish and is
  /// refused then, since [#draining] says so; who has no connection is told to go.
  Leaving drain() {
    draining = true;
    List<Channel> told = new ArrayList<>();
    for (EdgeHttpHandler request : List.copyOf(requests)) {
      told.add(request.channel());
      request.drain();
    }
    for (EchoMessages echo : List.copyOf(echoes)) {
      told.add(echo.channel());
      echo.drain();
    }
    for (TurnedAway waiting : List.copyOf(turnedAway)) {
      told.add(waiting.channel());
      waiting.end();
    }
    return new Leaving(List.copyOf(connections), told);
  }
}
