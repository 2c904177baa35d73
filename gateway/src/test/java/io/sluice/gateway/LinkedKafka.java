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
    int clients = FreePorts.next();
    int controller = FreePorts.next();
    int linked = FreePorts.next();
    int advertised = FreePorts.next();
    kafka =
        EmbeddedKafka.builder()
            .port(clients)
            .brokerProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,LINK://127.0.0.1:%d"
                    .formatted(clients, controller, linked))
            .brokerProperty(
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:%d,LINK://127.0.0.1:%d".formatted(clients, advertised))
            .brokerProperty("controller.quorum.voters", "1@127.0.0.1:" + controller)
            .brokerProperty(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT")
            .start();
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
