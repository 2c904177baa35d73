package io.sluice.broker;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.FreePorts;
import io.sluice.embedded.SilentLink;
import java.io.IOException;
import java.util.Map;

/// A broker that is reached directly, and by a link that can fall silent.
final class SilentKafka implements AutoCloseable {
  final EmbeddedKafka kafka;
  final SilentLink link;

  SilentKafka() throws IOException {
    int clients = FreePorts.next();
    int controller = FreePorts.next();
    int linked = FreePorts.next();
    link = new SilentLink(0, linked);
    kafka =
        EmbeddedKafka.builder()
            .port(clients)
            .brokerProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,LINK://127.0.0.1:%d"
                    .formatted(clients, controller, linked))
            .brokerProperty(
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:%d,LINK://127.0.0.1:%d".formatted(clients, link.port()))
            .brokerProperty("controller.quorum.voters", "1@127.0.0.1:" + controller)
            .brokerProperty(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT")
            .start();
  }

  /// Of a node that reaches it by the link.
  KafkaSettings settings() {
    return new KafkaSettings(
        "127.0.0.1:" + link.port(),
        Map.of(),
        true,
        1,
        (short) -1,
        "control",
        "dead",
        "ledger",
        255,
        ByteSize.mib(16));
  }

  @Override
  public void close() throws IOException {
    link.close();
    kafka.close();
  }
}
