package io.sluice.embedded;

import java.io.IOException;

/// A broker that is reached directly, and by a link that can fall silent. Any thread may call.
public final class SilentKafka implements AutoCloseable {
  private final SilentLink link;
  private final EmbeddedKafka direct;

  /// Starts it on free ports.
  ///
  /// @throws EmbeddedStartException when something is in the way
  public SilentKafka() throws IOException {
    int linked = FreePorts.next();
    link = new SilentLink(0, linked);
    try {
      direct = EmbeddedKafka.builder().linked(linked, link.port()).start();
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /// The broker itself, which answers all the time.
  public EmbeddedKafka direct() {
    return direct;
  }

  /// What is between the broker and those who connect to [#linkedServers()].
  public SilentLink link() {
    return link;
  }

  /// Where clients connect by the link: `127.0.0.1:9092`.
  public String linkedServers() {
    return "127.0.0.1:" + link.port();
  }

  @Override
  public void close() throws IOException {
    link.close();
    direct.close();
  }
}
