package io.sluice.gateway.edge;

import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.config.EdgeLimits;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Who may come in, for the whole node: sockets, addresses, users, and how fast. All tables hold
/// only whom an open socket or connection belongs to. For any thread; loops may overrun a limit by
/// one each.
public final class Admission {
  /// TLS handshakes for each connection that may begin: requests that begin none, for health or
  /// with commands, come on sockets of their own.
  private static final int SIGNATURES = 3;

  private volatile EdgeConfig edge;
  private volatile EdgeLimits limits;
  private final EdgeMetrics metrics;
  private final Overload overload;
  private final LongSupplier nanoTime;
  private volatile Rate handshakes;
  private volatile Rate commands;
  private final AtomicLong handshakesFullAt;
  private final AtomicLong signaturesFullAt;
  private volatile Rate signatures;
  private volatile AddressRates signaturesOfAddresses;
  private final AtomicInteger sockets = new AtomicInteger();
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final Tally<AddressBlock> addresses = new Tally<>();
  private final Tally<AddressBlock> pending = new Tally<>();
  private final Tally<String> users = new Tally<>();

  /// @param metrics knows how many connections there are, and counts the refusals
  /// @param overload while it refuses handshakes nobody may come in
  public Admission(EdgeConfig edge, EdgeMetrics metrics, Overload overload) {
    this(edge, metrics, overload, System::nanoTime);
  }

  Admission(EdgeConfig edge, EdgeMetrics metrics, Overload overload, LongSupplier nanoTime) {
    this.metrics = metrics;
    this.overload = overload;
    this.nanoTime = nanoTime;
    this.handshakesFullAt = new AtomicLong(nanoTime.getAsLong());
    this.signaturesFullAt = new AtomicLong(nanoTime.getAsLong());
    this.edge = edge;
    this.limits = edge.limits();
    this.handshakes = handshakes(limits, 1);
    this.commands = Rate.of(limits.commandsPerSecond(), limits.commandBurst());
    this.signatures = handshakes(limits, SIGNATURES);
    this.signaturesOfAddresses = ofAddresses(limits);
    metrics.sockets(sockets);
  }

  /// From now on these limits hold, for those who come. A connection keeps its rate of commands.
  public void take(EdgeConfig changed) {
    EdgeLimits before = limits;
    edge = changed;
    limits = changed.limits();
    if (limits.equals(before)) {
      return;
    }
    handshakes = changed(handshakes, handshakes(limits, 1), handshakesFullAt);
    commands = Rate.of(limits.commandsPerSecond(), limits.commandBurst());
    signatures = changed(signatures, handshakes(limits, SIGNATURES), signaturesFullAt);
    signaturesOfAddresses = ofAddresses(limits);
  }

  /// A bucket that was emptied at a slow rate would stay empty for as long under a fast one.
  private Rate changed(Rate before, Rate next, AtomicLong fullAt) {
    long now = nanoTime.getAsLong();
    fullAt.updateAndGet(state -> next.after(before, state, now));
    return next;
  }

  private static Rate handshakes(EdgeLimits limits, int times) {
    return Rate.of(
        times * Math.max(1, limits.handshakesPerSecond()), times * limits.handshakeBurst());
  }

  private AddressRates ofAddresses(EdgeLimits limits) {
    int perSecond = SIGNATURES * Math.max(1, limits.handshakesPerSecond());
    return new AddressRates(
        Rate.of(
            Math.max(1, perSecond / 2), // so that nobody takes them all
            Math.max(1, SIGNATURES * limits.handshakeBurst() / 2)),
        nanoTime.getAsLong());
  }

  // sockets

  /// A socket was accepted; [#socketClosed] follows in any case.
  ///
  /// @return why it must be cut, if it must
  Optional<Refusal> socketOpened() {
    int waiting = sockets.incrementAndGet() - metrics.connections();
    return waiting > limits.maxPending() ? Optional.of(Refusal.PENDING) : Optional.empty();
  }

  void socketClosed() {
    sockets.decrementAndGet();
  }

  /// It is known from where a socket comes; [#addressLeft] follows in any case, and until then it
  /// is pending, up to [#settled].
  ///
  /// @return why it must be cut, if it must: even being turned away costs something
  Optional<Refusal> addressArrived(InetAddress from) {
    AddressBlock block = AddressBlock.of(from);
    int held = addresses.add(block);
    int waiting = pending.add(block);
    if (isLimited(from) && held > 2L * limits.maxConnectionsPerAddress()) {
      return Optional.of(Refusal.ADDRESS);
    }
    return limits.maxPendingPerAddress() > 0
            && isCounted(from)
            && waiting > limits.maxPendingPerAddress()
        ? Optional.of(Refusal.PENDING_ADDRESS)
        : Optional.empty();
  }

  /// A socket from there is not pending any more: it has become a connection, or has gone.
  void settled(InetAddress from) {
    pending.remove(AddressBlock.of(from));
  }

  void addressLeft(InetAddress from) {
    addresses.remove(AddressBlock.of(from));
  }

  private boolean isLimited(InetAddress from) {
    return limits.maxConnectionsPerAddress() > 0 && isCounted(from);
  }

  private boolean isCounted(InetAddress from) {
    return limits.limitLoopback() || !from.isLoopbackAddress();
  }

  // connections

  /// A connection wants to begin.
  ///
  /// @return why it may not now, if it may not
  Optional<Refusal> judge(InetAddress from) {
    if (overload.sheds(ShedLevel.HANDSHAKES)) {
      return Optional.of(Refusal.OVERLOAD);
    }
    if (metrics.connections() >= edge.maxConnections()) {
      return Optional.of(Refusal.CONNECTIONS);
    }
    if (isLimited(from)
        && addresses.of(AddressBlock.of(from)) > limits.maxConnectionsPerAddress()) {
      return Optional.of(Refusal.ADDRESS);
    }
    return isCounted(from)
            && limits.handshakesPerSecond() > 0
            && !handshakes.take(handshakesFullAt, nanoTime.getAsLong())
        ? Optional.of(Refusal.HANDSHAKE_RATE)
        : Optional.empty();
  }

  /// A peer wants what its TLS handshake needs to be signed. It is not known yet what it is going
  /// to ask for, so there are a few signatures for each connection that may begin, and half of them
  /// at most for one address.
  boolean maySign(InetAddress from) {
    return !isCounted(from)
        || limits.handshakesPerSecond() == 0
        || (signaturesOfAddresses.take(AddressBlock.of(from), nanoTime.getAsLong())
            && signatures.take(signaturesFullAt, nanoTime.getAsLong()));
  }

  /// Asks for room to let one that is turned away wait; [#waited] gives it back.
  boolean mayWait() {
    if (turnedAway.incrementAndGet() <= limits.maxTurnedAway()) {
      return true;
    }
    turnedAway.decrementAndGet();
    return false;
  }

  void waited() {
    turnedAway.decrementAndGet();
  }

  // users

  /// A connection turned out to be a user's; [#userLeft] follows if it may stay.
  ///
  /// @param instead whether it is to end another one of the user's, which may be there still: then
  ///   there may be one more for as long as that takes
  boolean userArrived(String user, boolean instead) {
    int held = users.add(user);
    int most = limits.maxConnectionsPerUser();
    if (most == 0 || held <= (instead ? most + 1 : most)) {
      return true;
    }
    users.remove(user);
    return false;
  }

  void userLeft(String user) {
    users.remove(user);
  }

  // commands

  /// For one new connection.
  CommandRate commandRate() {
    return new CommandRate(commands, nanoTime.getAsLong());
  }

  /// The next command of a connection has come.
  CommandRate.Verdict judge(CommandRate rate) {
    return rate.next(nanoTime.getAsLong());
  }
}
