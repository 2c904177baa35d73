package io.sluice.embedded;

import java.io.Serial;

/// A listener cannot have its port. The message is one line that names the port and who needs it.
public final class PortTakenException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// The port that is in use.
  private final int port;

  /// Who needs it, such as `Kafka`.
  private final String neededBy;

  PortTakenException(int port, String neededBy) {
    super("port " + port + " on " + FreePorts.LOOPBACK + " is taken; " + neededBy + " needs it");
    this.port = port;
    this.neededBy = neededBy;
  }

  /// The port that is in use.
  public int port() {
    return port;
  }

  /// Who needs it, such as `Kafka`.
  public String neededBy() {
    return neededBy;
  }
}
