package io.sluice.perf.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/// Scenarios whose contenders are nodes of Sluice that differ in a setting, and other people's
/// servers where that makes sense. Each goes through all of them in a process of its own while no
/// other node runs.
final class SideBySide implements Scenario {
  private final String name;
  private final List<NodeSetup> setups;
  private final List<Scenario> parts;
  private final boolean peers;

  /// @param name begins the titles of the parts' tables
  SideBySide(String name, List<NodeSetup> setups, List<Scenario> parts) {
    this(name, setups, parts, /* peers= */ false);
  }

  private SideBySide(String name, List<NodeSetup> setups, List<Scenario> parts, boolean peers) {
    this.peers = peers;
    this.name = name;
    this.setups = List.copyOf(setups);
    this.parts = List.copyOf(parts);
  }

  /// The same, and other people's servers.
  SideBySide withPeers() {
    return new SideBySide(name, setups, parts, /* peers= */ true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    Stream<Contender> nodes = setups.stream().map(lab::node);
    return peers ? Stream.concat(nodes, lab.peers().stream()).toList() : nodes.toList();
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    lab.alone(contender);
    Lab within = lab.within(name, contenders(lab));
    try {
      for (Scenario part : parts) {
        if (part.contenders(within).contains(contender)) {
          part.round(within, contender);
        }
      }
    } finally {
      contender.close();
    }
  }
}
