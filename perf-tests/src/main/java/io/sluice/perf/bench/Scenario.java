package io.sluice.perf.bench;

import java.io.IOException;
import java.util.List;

/// Something to measure. One thread.
interface Scenario {
  /// In tables, and for `--only`.
  String name();

  /// The contenders it makes sense for.
  default List<Contender> contenders(Lab lab) {
    return lab.contenders();
  }

  /// Measures one contender once.
  void round(Lab lab, Contender contender) throws IOException;
}
