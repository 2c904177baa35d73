package io.sluice.gateway.config;

import java.time.Duration;

/// `presence.*`: who is subscribed, in namespaces with `presence` or `join-leave`.
///
/// @param maxMembers subscriptions of the node that are shown; further ones are not
/// @param maxMembersPerChannel those of one channel on this node
/// @param linger how long a client whose connection was lost is still shown when its session may go
///   on with another; zero: not at all
public record PresenceConfig(int maxMembers, int maxMembersPerChannel, Duration linger) {
  private static final Duration LONGEST_LINGER = Duration.ofMinutes(1);

  public PresenceConfig {
    new Checks()
        .range("presence.max-members", maxMembers, 1, 10_000_000)
        .range("presence.max-members-per-channel", maxMembersPerChannel, 1, 10_000_000)
        .that(
            linger.compareTo(LONGEST_LINGER) <= 0,
            "presence.linger: %s is not between 0s and 1m".formatted(DurationText.format(linger)))
        .done();
  }

  static PresenceConfig read(Settings in) {
    return new PresenceConfig(
        in.whole("presence.max-members", 50_000),
        in.whole("presence.max-members-per-channel", 50_000),
        in.duration("presence.linger", Duration.ofSeconds(5)));
  }

  void write(Listing out) {
    out.add("presence.max-members", maxMembers)
        .add("presence.max-members-per-channel", maxMembersPerChannel)
        .add("presence.linger", linger);
  }
}
