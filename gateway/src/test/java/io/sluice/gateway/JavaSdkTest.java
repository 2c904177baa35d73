package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.ErrorEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.JoinEvent;
import io.github.centrifugal.centrifuge.LeaveEvent;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionErrorEvent;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.github.centrifugal.centrifuge.SubscriptionOptions;
import io.github.centrifugal.centrifuge.UnsubscribedEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `centrifuge-java`, as it is, over a network that can be cut. It speaks Protocol Buffers only.
final class JavaSdkTest {
  private static final String TOPIC = "javasdk.default";

  private static Gateway gateway;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private Relay network;
  private Client client;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "javasdk",
            Map.of(
                "namespaces.state.topic", "javasdk.state",
                "namespaces.state.mode", "state",
                "namespaces.own.topic", "javasdk.own",
                "namespaces.own.subscribe", "nobody",
                "namespaces.own.personal", "true"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void connect() throws Exception {
    network = new Relay(gateway.edgePort());
    Options options = new Options();
    options.setToken(TestStack.token("ann", "granted"));
    options.setMinReconnectDelay(50);
    client =
        new Client(
            "ws://127.0.0.1:" + network.port() + "/connection/websocket",
            options,
            new EventListener() {
              @Override
              public void onConnected(Client it, ConnectedEvent event) {
                events.add("connected");
              }

              @Override
              public void onDisconnected(Client it, DisconnectedEvent event) {
                events.add("disconnected " + event.getCode());
              }

              @Override
              public void onPublication(Client it, ServerPublicationEvent event) {
                events.add(event.getChannel() + " " + text(event.getData()));
              }

              @Override
              public void onError(Client it, ErrorEvent event) {
                // a cut is one, too; what it leads to is looked at
              }
            });
    client.connect();
    await("connected");
  }

  @AfterEach
  void leave() throws Exception {
    assertThat(client.close(5_000)).isTrue();
    network.close();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The very next event.
  private void await(String event) throws Exception {
    assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(event);
  }

  private Subscription subscribe(String channel) throws Exception {
    SubscriptionOptions options = new SubscriptionOptions();
    options.setJoinLeave(true); // which a server that does not tell accepts
    Subscription subscription =
        client.newSubscription(
            channel,
            options,
            new SubscriptionEventListener() {
              @Override
              public void onSubscribed(Subscription it, SubscribedEvent event) {
                events.add(
                    "subscribed was=%s recovered=%s"
                        .formatted(event.wasRecovering(), event.getRecovered()));
              }

              @Override
              public void onUnsubscribed(Subscription it, UnsubscribedEvent event) {
                events.add("unsubscribed " + event.getCode());
              }

              @Override
              public void onPublication(Subscription it, PublicationEvent event) {
                events.add(text(event.getData()));
              }

              @Override
              public void onJoin(Subscription it, JoinEvent event) {
                events.add("join");
              }

              @Override
              public void onLeave(Subscription it, LeaveEvent event) {
                events.add("leave");
              }

              @Override
              public void onError(Subscription it, SubscriptionErrorEvent event) {
                events.add("error " + event.getError());
              }
            });
    subscription.subscribe();
    return subscription;
  }

  @Test
  void aRecordArrives() throws Exception {
    subscribe("news");
    await("subscribed was=false recovered=false");
    TestStack.produce(TOPIC, "news", "{\"n\":1}");
    await("{\"n\":1}");
  }

  @Test
  void theNewestValueComesWithTheSubscriptionWhereThatIsAllThatCounts() throws Exception {
    Subscription before = subscribe("state:lamp");
    await("subscribed was=false recovered=false");
    TestStack.produce("javasdk.state", "lamp", "{\"on\":false}");
    TestStack.produce("javasdk.state", "lamp", "{\"on\":true}");
    await("{\"on\":false}");
    await("{\"on\":true}"); // now the node has it
    before.unsubscribe();
    await("unsubscribed 0");
    client.removeSubscription(before);

    subscribe("state:lamp");
    await("subscribed was=false recovered=false");
    await("{\"on\":true}");
    TestStack.produce("javasdk.state", "lamp", "{\"on\":null}");
    await("{\"on\":null}");
  }

  @Test
  void whatItPublishesComesBackToIt() throws Exception {
    Subscription subscription = subscribe("talk");
    await("subscribed was=false recovered=false");
    subscription.publish(
        "{\"said\":\"ü\"}".getBytes(StandardCharsets.UTF_8),
        (failure, _) -> {
          if (failure != null) {
            events.add("publish failed: " + failure);
          }
        });
    await("{\"said\":\"ü\"}");
  }

  @Test
  void whatCameWhileTheNetworkWasCutIsRecovered() throws Exception {
    subscribe("cut");
    await("subscribed was=false recovered=false");
    TestStack.produce(TOPIC, "cut", "0");
    await("0");
    List<String> missed = new ArrayList<>();
    network.cut();
    for (int i = 1; i <= 50; i++) {
      TestStack.produce(TOPIC, "cut", Integer.toString(i));
      missed.add(Integer.toString(i));
    }
    // some may still be seen live after a quick return; all come once, in order
    List<String> came = new ArrayList<>();
    while (came.size() < missed.size()) {
      String event = events.poll(20, TimeUnit.SECONDS);
      assertThat(event).as("after %s", came).isNotNull();
      if (event.startsWith("subscribed")) {
        assertThat(event).isEqualTo("subscribed was=true recovered=true");
      } else if (!event.equals("connected")) {
        came.add(event);
      }
    }
    assertThat(came).isEqualTo(missed);
  }

  @Test
  void aChannelOfTheTokenNeedsNoSubscribe() throws Exception {
    TestStack.produce(TOPIC, "granted", "{\"n\":1}");
    await("granted {\"n\":1}");
  }

  @Test
  void itsUsersOwnChannelNeedsNotEvenThat() throws Exception {
    TestStack.produce("javasdk.own", "ann", "7");
    await("own:ann 7");
  }

  @Test
  void nobodyIsToldWhoComesAndGoes() throws Exception {
    subscribe("quiet");
    await("subscribed was=false recovered=false");
    try (TestClient other = TestClient.connected(gateway, "bob")) {
      other.command("subscribe", "{\"channel\":\"quiet\",\"join_leave\":true}");
      other.command("unsubscribe", "{\"channel\":\"quiet\"}");
      other.command("subscribe", "{\"channel\":\"quiet\",\"join_leave\":true}");
      TestStack.produce(TOPIC, "quiet", "1");
      await("1");
      other.next(m -> m.path("push").has("pub"));
      assertThat(other.rest()).isEmpty();
    }
    assertThat(events).isEmpty();
  }

  @Test
  void aChannelThatWasLeftGoesOnWhereItEnded() throws Exception {
    Subscription subscription = subscribe("off");
    await("subscribed was=false recovered=false");
    subscription.unsubscribe();
    await("unsubscribed 0");
    TestStack.produce(TOPIC, "off", "1");
    subscription.subscribe();
    await("subscribed was=true recovered=true");
    await("1");
    TestStack.produce(TOPIC, "off", "2");
    await("2");
  }

  @Test
  void aForbiddenChannelIsAnErrorOfThatChannelOnly() throws Exception {
    subscribe("nowhere:x");
    assertThat(events.poll(20, TimeUnit.SECONDS)).startsWith("error").endsWith("unknown channel");
    await("unsubscribed 102");
    subscribe("still");
    await("subscribed was=false recovered=false");
  }
}
