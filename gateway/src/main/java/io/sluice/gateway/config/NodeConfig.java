package io.sluice.gateway.config;

import java.util.regex.Pattern;

/// `node.*`: who this node is.
///
/// @param id unique among the nodes that share a control topic; "" = a random one at start
/// @param snapshotDir a folder for what a node was doing when it ended; "" = that goes to the log
public record NodeConfig(String id, String snapshotDir) {
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9._-]{0,64}");

  public NodeConfig {
    new Checks()
        .that(
            ID.matcher(id).matches(),
            "node.id: '" + id + "' is not made of at most 64 letters, digits, '.', '_' and '-'")
        .done();
  }

  static NodeConfig read(Settings in) {
    return new NodeConfig(in.text("node.id", ""), in.text("node.snapshot-dir", ""));
  }

  void write(Listing out) {
    out.add("node.id", id).add("node.snapshot-dir", snapshotDir);
  }
}
