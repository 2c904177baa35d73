package io.sluice.gateway.edge;

import java.util.Locale;

/// What became of a client's wish for a session; also the metric's label.
enum SessionOutcome {
  /// There was none of its name, or no more.
  NEW,
  /// It goes on where another connection ended, or was ended.
  RESUMED,
  /// It cannot have one: of that name, or because its token names nobody.
  REFUSED;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
