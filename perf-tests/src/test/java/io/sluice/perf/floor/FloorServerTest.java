package io.sluice.perf.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.Position;
import io.sluice.perf.ClientEvents.Recovery;
import io.sluice.perf.ProtocolClient;
import io.sluice.perf.ProtocolClient.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The floor over real sockets.
@Tag("full")
final class FloorServerTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// Sockets go to the loops in turn, so every loop has some.
  private static final int SUBSCRIBERS = 4 * Runtime.getRuntime().availableProcessors();

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable last : open.reversed()) {
      last.close();
    }
  }

  private URI serve(int perWrite) throws Exception {
    FloorServer server = FloorServer.open(ANY, perWrite);
    open.add(server);
    return server.edge();
  }

  private FrameClient client(URI edge) throws Exception {
    FrameClient client = new FrameClient(edge);
    open.add(client);
    return client;
  }

  private FrameClient subscriber(URI edge, String channel) throws Exception {
    FrameClient client = client(edge).reading();
    client.send(FrameClient.subscribe(channel));
    client.awaitFrames(2);
    return client;
  }

  private Collecting protocolClient(URI edge, Map<String, Position> positions) {
    Collecting events = new Collecting();
    Target target = new Target(List.of(edge), "", List.of("a")).since(positions);
    ProtocolClient client = ProtocolClient.start("subscriber", target, events);
    open.add(client);
    Awaitility.await().atMost(LIMIT).until(client::isLive);
    return events;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void everySubscriberOfEveryLoopGetsEverythingInOrder(int perWrite) throws Exception {
    URI edge = serve(perWrite);
    List<Collecting> subscribers =
        IntStream.range(0, SUBSCRIBERS).mapToObj(_ -> protocolClient(edge, Map.of())).toList();
    FrameClient left = client(edge).reading();
    FrameClient right = client(edge).reading();

    int each = 505; // not a multiple of what goes into a frame
    for (int n = 0; n < each; n++) {
      left.send(FrameClient.publish("a", "{\"left\":" + n + "}"));
      right.send(FrameClient.publish("a", "{\"right\":" + n + "}"));
    }

    List<Long> offsets = LongStream.rangeClosed(1, 2L * each).boxed().toList();
    for (Collecting subscriber : subscribers) {
      Awaitility.await().atMost(LIMIT).until(() -> subscriber.offsets().size() == 2 * each);
      assertThat(subscriber.offsets()).isEqualTo(offsets);
      assertThat(subscriber.data()).isEqualTo(subscribers.getFirst().data());
    }
    for (String publisher : List.of("left", "right")) {
      assertThat(subscribers.getFirst().data().stream().filter(data -> data.contains(publisher)))
          .isEqualTo(
              IntStream.range(0, each).mapToObj(n -> "{\"" + publisher + "\":" + n + "}").toList());
    }
    assertThat(left.awaitFrames(1 + each)).contains("{\"id\":3,\"publish\":{}}");
  }

  @Test
  void asManyAsShareAFrameLeaveInOne() throws Exception {
    URI edge = serve(10);
    FrameClient subscriber = subscriber(edge, "a");
    FrameClient publisher = client(edge);

    publisher.send(
        IntStream.range(0, 20)
            .mapToObj(n -> FrameClient.publish("a", Integer.toString(n)))
            .toArray(String[]::new));

    assertThat(subscriber.awaitFrames(4)).hasSize(4);
    List<String> second = subscriber.frames().getLast().lines().toList();
    assertThat(second).hasSize(10);
    assertThat(second.getLast())
        .isEqualTo("{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":19,\"offset\":20}}}");
  }

  @Test
  void fewerThanShareAFrameLeaveWhenTheTimeIsOver() throws Exception {
    URI edge = serve(10);
    FrameClient subscriber = subscriber(edge, "a");

    client(edge).send(FrameClient.publish("a", "1"), FrameClient.publish("a", "2"));

    assertThat(subscriber.awaitFrames(3).getLast().lines())
        .containsExactly(
            "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":1,\"offset\":1}}}",
            "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":2,\"offset\":2}}}");
  }

  @Test
  void framesOfEveryHeaderLengthAreWhole() throws Exception {
    URI edge = serve(1);
    FrameClient subscriber = subscriber(edge, "a");
    FrameClient publisher = client(edge);

    List<Integer> sizes = List.of(1, 59, 60, 61, 62, 63, 1_000, 65_460, 65_480, 65_540, 500_000);
    for (int size : sizes) {
      publisher.send(FrameClient.publish("a", "\"" + "x".repeat(size) + "\""));
    }

    List<String> pushes = subscriber.awaitFrames(2 + sizes.size());
    for (int i = 0; i < sizes.size(); i++) {
      assertThat(pushes.get(2 + i))
          .isEqualTo(
              "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":\"%s\",\"offset\":%d}}}",
              "x".repeat(sizes.get(i)), i + 1);
    }
  }

  @Test
  void aPrettyPrintedValueStaysOnItsLine() throws Exception {
    URI edge = serve(1);
    FrameClient subscriber = subscriber(edge, "a \\\"b\\\"");

    client(edge).send(FrameClient.publish("a \\\"b\\\"", "{\r\n  \"n\":\n1}"));

    assertThat(subscriber.awaitFrames(3).getLast())
        .isEqualTo(
            "{\"push\":{\"channel\":\"a \\\"b\\\"\",\"pub\":{\"data\":{  \"n\":1},\"offset\":1}}}");
  }

  @Test
  void aSubscriberThatComesBackIsToldThatNothingWasRecovered() throws Exception {
    URI edge = serve(1);
    FrameClient publisher = client(edge).reading();
    publisher.send(FrameClient.publish("a", "1"), FrameClient.publish("a", "2"));
    publisher.awaitFrames(3);

    Collecting late = protocolClient(edge, Map.of("a", new Position("floor", 1)));
    publisher.send(FrameClient.publish("a", "3"));

    Awaitility.await().atMost(LIMIT).until(() -> !late.offsets().isEmpty());
    assertThat(late.offsets()).containsExactly(3L);
    assertThat(late.recoveries()).containsExactly(Recovery.LOST);
  }

  @Test
  void aSubscriberThatDoesNotReadIsClosedWith3008() throws Exception {
    URI edge = serve(1);
    FrameClient subscriber = client(edge);
    subscriber.send(FrameClient.subscribe("a"));
    FrameClient publisher = subscriber(edge, "b");

    // more than may wait and what the kernel's buffers on both sides take, 6 MiB each at most
    String data = "\"" + "x".repeat(900_000) + "\"";
    for (int n = 0; n < 100; n++) {
      publisher.send(FrameClient.publish("a", data));
    }
    publisher.awaitFrames(2 + 100);
    subscriber.reading();

    Awaitility.await().atMost(LIMIT).until(() -> subscriber.closeCode() == 3008);
  }

  @Test
  void whatIsNotOfTheProtocolIsClosedWith3501() throws Exception {
    URI edge = serve(1);
    FrameClient client = client(edge).reading();

    client.send("{\"id\":2,\"connect\":{}}");

    Awaitility.await().atMost(LIMIT).until(() -> client.closeCode() == 3501);
  }

  @Test
  void aFrameOfNoPublicationsIsRefusedAtTheStart() {
    assertThatThrownBy(() -> FloorServer.open(ANY, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 to 1000 publications a write, not 0");
  }
}
