package io.sluice.standalone.doctor;

import java.util.List;
import java.util.Set;

/// One thing that is looked at.
interface Check {
  /// A word or two, the second column of its lines.
  String name();

  /// What it asks, besides this machine. When one of these is away, checks that need it are not run
  /// any more.
  Set<Part> needs();

  /// Looks. On a thread of its own; each wait has a limit of 5 s.
  ///
  /// @throws CheckException when it cannot
  List<Finding> run() throws CheckException, InterruptedException;
}
