package io.sluice.perf.stress;

import io.sluice.perf.check.Ledger;
import io.sluice.perf.check.Violation;
import java.util.List;
import java.util.Optional;

/// What is published in a run: by the run itself to rooms, and by services, each to a room of its
/// own. Any thread; publishing to one room is for one thread at a time.
final class Published {
  /// Before the number of a room.
  static final String ROOM = "stress-room-";

  private static final String SERVICE = "stress-service-";

  /// Nine hours of a room.
  private static final int REMEMBERED = 65_536;

  private final Ledger rooms;
  private final Ledger services;

  /// How far each room goes, when nothing more is published; empty until then.
  private volatile List<Long> ends = List.of();

  private volatile List<Long> serviceEnds = List.of();

  /// @param services how many rooms services have
  Published(int rooms, int services) {
    this.rooms = new Ledger(ROOM, rooms, REMEMBERED);
    this.services = new Ledger(SERVICE, services, REMEMBERED);
  }

  /// Of the run itself.
  Ledger rooms() {
    return rooms;
  }

  /// Of services; those of a scenario without any have no channels.
  Ledger services() {
    return services;
  }

  /// The sequence number of what is published to a room next.
  long next(String channel) {
    return ledger(channel).published(number(channel));
  }

  /// One more than the highest sequence number that the log has of a room.
  long acknowledgedTo(String channel) {
    return ledger(channel).acknowledgedTo(number(channel));
  }

  /// Nothing more is published. What services have under way then counts as far as it has begun.
  void end() {
    serviceEnds = services.published();
    ends = rooms.published();
  }

  /// Whether nothing more is published.
  boolean hasEnded() {
    return !ends.isEmpty();
  }

  /// One more than the last sequence number of a room, as far as is known.
  long end(String channel) {
    if (!hasEnded()) {
      return next(channel);
    }
    return (channel.startsWith(ROOM) ? ends : serviceEnds).get(number(channel));
  }

  /// A violation with this side's history beside the client's, unless nothing of what is missing
  /// was acknowledged.
  Optional<Violation> judge(Violation seen) {
    return ledger(seen.channel()).judge(seen);
  }

  private Ledger ledger(String channel) {
    return channel.startsWith(ROOM) ? rooms : services;
  }

  private static int number(String channel) {
    return Integer.parseInt(channel, channel.lastIndexOf('-') + 1, channel.length(), 10);
  }
}
