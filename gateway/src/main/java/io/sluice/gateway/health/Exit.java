package io.sluice.gateway.health;

/// Ends the process, because it cannot go on.
@FunctionalInterface
public interface Exit {
  /// The process's code then: EX_SOFTWARE of sysexits.
  int CODE = 70;

  /// At once, without closing anything: what hangs might never close. Clients find their positions
  /// on other nodes.
  Exit HALT = () -> Runtime.getRuntime().halt(CODE);

  void exit();
}
