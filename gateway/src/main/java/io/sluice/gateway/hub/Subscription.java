package io.sluice.gateway.hub;

import io.sluice.broker.ChannelName;
import io.sluice.broker.Mode;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection's interest in one channel. Confined to the connection's loop.
public final class Subscription {
  /// About what one takes on the heap, in bytes, with its leg, its names and its places in tables,
  /// where nobody else on the loop wants its channel; two thirds of it where many do
  /// (`ChannelMemoryTest`).
  public static final int BYTES = 512;

  /// Who asked for it: decides what happens when it can no longer keep its promise.
  public enum Side {
    /// The client did, and can do so again.
    CLIENT,
    /// The token or the server did.
    SERVER
  }

  private final Subscriber subscriber;
  private final ChannelName channel;
  private final String name;
  private final NamespaceConfig policy;
  private final Side side;
  private final Delta delta;
  private final boolean spread;
  private final @Nullable SharedFilter filter;
  private @Nullable Anchor anchor;
  final List<Leg> legs = new ArrayList<>(1);

  /// One without deltas.
  public Subscription(
      Subscriber subscriber, ChannelName channel, NamespaceConfig policy, Side side) {
    this(subscriber, channel, policy, side, Delta.NONE, null);
  }

  /// @param delta what its client can take
  /// @param filter which publications its client wants; null: all
  public Subscription(
      Subscriber subscriber,
      ChannelName channel,
      NamespaceConfig policy,
      Side side,
      Delta delta,
      @Nullable SharedFilter filter) {
    this.subscriber = subscriber;
    this.channel = channel;
    this.name = channel.toString();
    this.policy = policy;
    this.side = side;
    this.filter = filter;
    this.spread = policy.isSpread(channel.key());
    this.delta = policy.delta() && !spread ? delta : Delta.NONE;
  }

  /// Where it may go on, once it was ended with [Lost#QUIET].
  public @Nullable Anchor anchor() {
    return anchor;
  }

  void anchor(Anchor noted) {
    anchor = noted;
  }

  public Subscriber subscriber() {
    return subscriber;
  }

  public ChannelName channel() {
    return channel;
  }

  /// The channel's full name.
  public String name() {
    return name;
  }

  public NamespaceConfig policy() {
    return policy;
  }

  public Side side() {
    return side;
  }

  /// What was agreed on: none where the namespace does not have it, or where "the publication
  /// before" says nothing, because several partitions take turns.
  public Delta delta() {
    return delta;
  }

  /// Which publications its client wants; null: all.
  public @Nullable SharedFilter filter() {
    return filter;
  }

  /// Whether this is the channel of its namespace's records without a key. They lie in every
  /// partition, so it has no position.
  public boolean spread() {
    return spread;
  }

  /// What it is promised. A channel that has no position has no newest value either: every
  /// partition has one.
  public Mode mode() {
    return spread ? Mode.LOG : policy.mode();
  }

  Positioned positioned() {
    return spread() || !policy.positions() ? Positioned.NO : Positioned.YES;
  }

  /// How its pushes are written. A position beside them is of use only where one can come back to
  /// it, and harm where the connection's position does not hold it: it was subscribed later.
  WireForm form() {
    WireForm form = subscriber.form();
    return form.marked() && !(recoverable() && isInBookmark()) ? form.unmarked() : form;
  }

  private boolean isInBookmark() {
    return !legs.isEmpty() && legs.getFirst().bookmark != null;
  }

  /// Whether its connection may come back to where it was.
  public boolean recoverable() {
    return !spread() && policy.recovery();
  }
}
