package io.sluice.gateway.presence;

import io.sluice.gateway.protocol.ClientInfo;
import java.util.List;

/// Some of a channel's members on all nodes.
///
/// @param members in the order of their clients' ids
/// @param next the id after which there may be more; "" where these are all. Not always the last
///   member's: what lies between may have been places of sessions that have gone on elsewhere
/// @param missing the nodes that did not answer in time; their members are not in it
public record PresencePage(List<ClientInfo> members, String next, List<String> missing) {
  public PresencePage {
    members = List.copyOf(members);
    missing = List.copyOf(missing);
  }

  /// Whether there may be more.
  public boolean more() {
    return !next.isEmpty();
  }
}
