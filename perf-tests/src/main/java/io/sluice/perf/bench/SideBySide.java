package io.sluice.perf.bench;

import java.io.IOException;
import java.util.List;

/// Scenarios whose contenders are nodes of Sluice that differ in a setting. Each goes through all
/// of them in a process of its own while no other node runs.
final class SideBySide implements Scenario {
  private final String name;
  private final List<NodeSetup> setups;
  private final List<Scenario> parts;

  /// @param name begins the titles of the parts' tables
  SideBySide(String name, List<NodeSetup> setups, List<Scenario> parts) {
    this.name = name;
    this.setups = List.copyOf(setups);
    this.parts = List.copyOf(parts);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return setups.stream().map(lab::node).toList();
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
