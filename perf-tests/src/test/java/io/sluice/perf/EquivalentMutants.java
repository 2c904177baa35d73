package io.sluice.perf;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Mutants of alerts that no test can find, since they do what the alert does. A mutant that is
/// here and is found is as wrong as one that is neither: whoever changes a rule looks at these
/// again.
final class EquivalentMutants {
  private static final Map<String, Set<String>> OF =
      Map.of(
          // Each side is matched by job with others that ask for this job only.
          "SluiceTooFewNodesReady",
          Set.of("no job=\"sluice\"", "no job=\"sluice\" (2)", "no job=\"sluice\" (3)"),
          // As above, with the other side of the division.
          "SluiceFileDescriptorsNearlyUsed",
          Set.of("no job=\"sluice\"", "no job=\"sluice\" (2)"),
          // A row of another outcome is kept away by itself.
          "SluiceCertificateRefused",
          Set.of("no outcome=\"refused\""),
          // No certificate ended in 1970.
          "SluiceCertificateEnds",
          Set.of("0 → 1"),
          // A node has one row of this outcome, and the value is not in the text.
          "SluiceConfigRefused",
          Set.of("sum → max"),
          // From here on: what is measured by a rate, or within a bucket, is never exactly the
          // number.
          "SluiceDeliverySlow",
          Set.of("> → >=", "> → >= (2)"),
          // (A mean of every half minute's figure is about that of every minute's, and the fourth
          // sum is multiplied by 0.)
          "SluiceReconnectStorm",
          Set.of("1m → 30s", "sum → max (4)"),
          "SluiceSlowClientsClosed",
          Set.of("> → >=", "> → >= (2)"),
          "SluicePublishesFail",
          Set.of("> → >=", "> → >= (2)"),
          // And each of the two operands of `and` keeps other reasons out of the other.
          "SluicePastLost",
          Set.of(
              "> → >=",
              "> → >= (2)",
              "no reason=~\"too-far|retention\"",
              "no reason=~\"too-far|retention\" (2)"));

  private EquivalentMutants() {}

  /// Of an alert, by what is different in them; mostly none.
  static Set<String> of(String alert) {
    return OF.getOrDefault(alert, Set.of());
  }

  /// Alerts that have any.
  static List<String> alerts() {
    return List.copyOf(OF.keySet());
  }
}
