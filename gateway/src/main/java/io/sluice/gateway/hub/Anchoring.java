package io.sluice.gateway.hub;

import io.sluice.broker.Mode;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// Finds clients on quiet channels: nothing was published for them, other channels of the partition
/// went on, and the position they have comes close to what can be recovered. They are given a newer
/// one while that costs nothing. Confined to the loop.
final class Anchoring {
  /// How often it looks.
  static final Duration EVERY = Duration.ofSeconds(1);

  /// Clients that are told in one look, or a share of those in the partition if that is more.
  private static final int AT_ONCE = 64;

  private static final int SHARE = 32;

  /// With a shorter one every few records would bring everybody back: then only those are told
  /// whose position is good no more, while nothing is published, and seldom.
  private static final int LEAST = 16;

  private static final int LOOKS_BETWEEN = 60;

  /// Of what has lost nothing yet.
  private static final long BOUNDLESS = 1L << 60;

  /// A partition is looked at again when this part of the horizon has passed by.
  private static final int PARTS = 8;

  /// Of those that are told early; they so do not come back all at once.
  private static final double CHANCE = 0.25;

  private final int loop;
  private final Consumer<Leg> old;
  private long looks;

  /// @param old gives a leg's client a newer position
  Anchoring(int loop, Consumer<Leg> old) {
    this.loop = loop;
    this.old = old;
  }

  void look(Collection<PartitionTable> tables) {
    looks++;
    for (PartitionTable table : List.copyOf(tables)) {
      look(table);
    }
  }

  private void look(PartitionTable table) {
    TailedPartition partition = table.feed.partition();
    Window window = partition.window();
    long tail = window.tail();
    Leg any = table.any();
    if (any == null || partition.binding().mode() == Mode.STATE) { // any position is good there
      return;
    }
    long horizon = Math.min(partition.horizon(any.subscription.policy().replay()), BOUNDLESS);
    if (!isDue(table, window, tail, horizon)) {
      return;
    }
    table.reachOn(loop);
    List<Leg> found = new ArrayList<>();
    int most = Math.max(AT_ONCE, table.size() / SHARE);
    for (Legs legs : table.channels.values()) {
      for (int i = 0; i < legs.size() && found.size() < most; i++) {
        if (isOld(legs.get(i), window, tail, horizon)) {
          found.add(legs.get(i));
        }
      }
    }
    if (found.size() < most) { // else there may be more of them
      table.lookedAt = tail - horizon;
      table.lookedIn = window.serial();
    }
    if (horizon < LEAST && !found.isEmpty()) {
      table.notBefore = looks + LOOKS_BETWEEN;
    }
    found.forEach(old);
  }

  /// Whether what can be recovered has moved on since the last look: by new records, or because the
  /// log has lost old ones.
  private boolean isDue(PartitionTable table, Window window, long tail, long horizon) {
    boolean quiet = table.tailSeen == tail;
    table.tailSeen = tail;
    long movedBy =
        table.lookedIn == window.serial() ? tail - horizon - table.lookedAt : Long.MAX_VALUE;
    return horizon < LEAST
        ? quiet && movedBy > 0 && looks >= table.notBefore
        : movedBy >= horizon / PARTS;
  }

  private static boolean isOld(Leg leg, Window window, long tail, long horizon) {
    long age = tail - leg.told;
    return leg.live()
        && leg.window == window
        && leg.subscription.recoverable()
        && leg.subscription.subscriber().form().bidirectional()
        && leg.standing() - leg.told > age / 2
        && (horizon < LEAST ? age > horizon : isTold(age, horizon));
  }

  private static boolean isTold(long age, long horizon) {
    return age > horizon / 2
        && (age > horizon / 4 * 3 || ThreadLocalRandom.current().nextDouble() < CHANCE);
  }
}
