package io.sluice.gateway.config;

/// `replay.*`: reading again what has left the window.
///
/// @param scans partitions that are read at a time
public record ReplayConfig(int scans) {
  public ReplayConfig {
    new Checks().range("replay.scans", scans, 1, 64).done();
  }

  static ReplayConfig read(Settings in) {
    return new ReplayConfig(in.whole("replay.scans", 2));
  }

  void write(Listing out) {
    out.add("replay.scans", scans);
  }
}
