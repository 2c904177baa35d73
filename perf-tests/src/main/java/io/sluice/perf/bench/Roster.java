package io.sluice.perf.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The contenders of a run: those that most scenarios measure, and nodes of Sluice that single
/// scenarios ask for. One thread.
final class Roster implements AutoCloseable {
  private final List<Contender> usual;
  private final Function<NodeSetup, Contender> maker;
  private final Map<NodeSetup, Contender> more = new LinkedHashMap<>();

  /// @param maker makes a node, which does not run yet
  Roster(List<Contender> usual, Function<NodeSetup, Contender> maker) {
    this.usual = List.copyOf(usual);
    this.maker = maker;
  }

  /// Those that most scenarios measure.
  List<Contender> usual() {
    return usual;
  }

  /// The node that is set up like this.
  Contender node(NodeSetup setup) {
    return more.computeIfAbsent(setup, maker);
  }

  /// Ends all others: nodes that read the same topic would cost processor time beside it.
  void alone(Contender contender) {
    end(all().filter(it -> !it.equals(contender)));
  }

  /// Ends all; who is needed again is started anew.
  void endAll() {
    end(all());
  }

  /// One that cannot be ended keeps none of the others from it.
  private static void end(Stream<Contender> contenders) {
    RuntimeException first = null;
    for (Contender contender : contenders.toList()) {
      try {
        contender.close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /// What each was started with, by name.
  Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    all().forEach(it -> flags.put(it.name(), String.join(" ", it.flags())));
    return flags;
  }

  /// What servers that are not ours are, by name.
  Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    all().forEach(it -> versions.putAll(it.versions()));
    return versions;
  }

  private Stream<Contender> all() {
    return Stream.concat(usual.stream(), more.values().stream());
  }

  @Override
  public void close() {
    endAll();
  }
}
