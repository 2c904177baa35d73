package io.sluice.gateway.presence;

import java.util.List;

/// How many members a channel has on all nodes.
///
/// @param clients subscribed connections
/// @param users how many different users they are; an estimate where more than one node has some,
///   and one of them more than 16,384
/// @param missing the nodes that did not answer in time; their members are not counted
public record PresenceCounts(long clients, long users, List<String> missing) {
  public PresenceCounts {
    missing = List.copyOf(missing);
  }
}
