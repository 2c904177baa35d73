package io.sluice.gateway.presence;

import io.sluice.gateway.protocol.ClientInfo;
import java.util.List;

/// Some of a channel's members on all nodes.
///
/// @param members in the order of their clients' ids
/// @param more whether there are more after them
/// @param missing the nodes that did not answer in time; their members are not in it
public record PresencePage(List<ClientInfo> members, boolean more, List<String> missing) {
  public PresencePage {
    members = List.copyOf(members);
    missing = List.copyOf(missing);
  }
}
