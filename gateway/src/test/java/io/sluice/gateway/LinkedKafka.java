package io.sluice.gateway;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.FreePorts;
import java.io.IOException;

/// A broker that is reached directly, and by a [KafkaLink].
final class LinkedKafka implements AutoCloseable {
  private final EmbeddedKafka kafka;
  private final KafkaLink link;
  private final String throughLink;

  LinkedKafka() throws IOException {
    int linked = FreePorts.next();
    int advertised = FreePorts.next();
    kafka = EmbeddedKafka.builder().linked(linked, advertised).start();
    link = new KafkaLink(advertised, linked);
    throughLink = "127.0.0.1:" + advertised;
  }

  /// For clients that are not behind the link.
  String direct() {
    return kafka.bootstrapServers();
  }

  /// For clients that are.
  String throughLink() {
    return throughLink;
  }

  EmbeddedKafka kafka() {
    return kafka;
  }

  KafkaLink link() {
    return link;
  }

  @Override
  public void close() throws IOException {
    link.close();
    kafka.close();
  }
}
