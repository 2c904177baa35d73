package io.sluice.gateway.fuzz;

/// What the fuzzer gets wrong.
public enum Level {
  /// Requests, handshakes and noise; a connection a case.
  BYTES(1),
  /// WebSocket frames.
  FRAMES(10),
  /// Commands of the client protocol.
  COMMANDS(20);

  private final int perUnit;

  Level(int perUnit) {
    this.perUnit = perUnit;
  }

  /// Cases that are sent one after the other on one connection, as long as it lives.
  public int perUnit() {
    return perUnit;
  }
}
