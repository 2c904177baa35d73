package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectingEvent;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Connections that may live for a second only: clients come back again and again, and miss
/// nothing.
final class MaxAgeTest {
  private static final String TOPIC = "max-age.default";
  private static final int CLIENTS = 5;
  private static final int TIMES = 1;

  /// `centrifuge-java`, as it is.
  private static final class Listening {
    final List<Integer> heard = new CopyOnWriteArrayList<>();
    final List<Integer> closes = new CopyOnWriteArrayList<>();
    final List<Boolean> recoveries = new CopyOnWriteArrayList<>();
    final Client client;

    Listening(Gateway gateway) throws Exception {
      Options options = new Options();
      options.setToken(TestStack.token("ann"));
      options.setMinReconnectDelay(50);
      client =
          new Client(
              "ws://127.0.0.1:" + gateway.edgePort() + "/connection/websocket",
              options,
              new EventListener() {
                @Override
                public void onConnecting(Client it, ConnectingEvent event) {
                  closes.add(event.getCode());
                }

                @Override
                public void onDisconnected(Client it, DisconnectedEvent event) {
                  closes.add(event.getCode());
                }
              });
      Subscription subscription =
          client.newSubscription(
              "a",
              new SubscriptionEventListener() {
                @Override
                public void onSubscribed(Subscription it, SubscribedEvent event) {
                  recoveries.add(event.getRecovered());
                }

                @Override
                public void onPublication(Subscription it, PublicationEvent event) {
                  heard.add(Integer.parseInt(new String(event.getData(), StandardCharsets.UTF_8)));
                }
              });
      client.connect();
      subscription.subscribe();
    }
  }

  private static double closed(Gateway gateway) throws IOException {
    return new EdgeProbe(gateway.apiPort())
        .metric("sluice_edge_closings_total{reason=\"force-reconnect\"}");
  }

  @Test
  void clientsThatAreSentAwayForTheirAgeMissNothing() throws Exception {
    List<Listening> all = new ArrayList<>();
    try (Gateway gateway = TestStack.node("max-age", Map.of("edge.max-connection-age", "1s"))) {
      for (int i = 0; i < CLIENTS; i++) {
        all.add(new Listening(gateway));
      }
      await().until(() -> all.stream().noneMatch(it -> it.recoveries.isEmpty()));
      int next = 0;
      while (closed(gateway) < CLIENTS * TIMES) {
        for (int i = 0; i < 20; i++) {
          var _ = TestStack.produce(TOPIC, "a", Integer.toString(next++));
        }
      }
      List<Integer> everything = IntStream.range(0, next).boxed().toList();
      for (Listening one : all) {
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> assertThat(one.heard).hasSizeGreaterThanOrEqualTo(everything.size()));
        assertThat(one.heard).isEqualTo(everything);
        assertThat(one.closes.subList(1, one.closes.size())).isNotEmpty().containsOnly(3011);
        assertThat(one.recoveries.subList(1, one.recoveries.size())).containsOnly(true);
      }
    } finally {
      for (Listening one : all) {
        assertThat(one.client.close(5_000)).isTrue();
      }
    }
  }
}
