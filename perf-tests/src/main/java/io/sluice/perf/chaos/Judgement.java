package io.sluice.perf.chaos;

import java.util.List;

/// What a round was worth.
///
/// @param acknowledged publications whose publishers were told that they are stored
/// @param delivered publications that clients were given, all clients together
/// @param facts everything that must not happen and did
record Judgement(long acknowledged, long delivered, List<Fact> facts) {
  Judgement {
    facts = List.copyOf(facts);
  }

  long count(Fact.Kind kind) {
    return facts.stream().filter(fact -> fact.kind() == kind).count();
  }
}
