package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.gateway.TestStack;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that speak Protocol Buffers, with an SDK's own messages.
final class ProtobufTest {
  private static final String TOPIC = "wire.default";
  private static final String PATH = "/connection/websocket";
  private static final String FORMAT = PATH + "?format=protobuf";
  private static final String DEFLATE = "permessage-deflate";

  /// A client that knows nothing of JSON.
  static final class Client implements AutoCloseable {
    private final WireClient socket;
    private final Deque<Protocol.Reply> waiting = new ArrayDeque<>();
    private int id;

    Client(String path, String extensions, String protocols) throws IOException {
      socket = new WireClient(WireNode.port(), path, extensions, protocols);
    }

    static Client connected(String extensions) throws IOException {
      Client client = new Client(FORMAT, extensions, "");
      client.call(
          Protocol.Command.newBuilder()
              .setConnect(Protocol.ConnectRequest.newBuilder().setToken(TestStack.token("ann"))));
      return client;
    }

    void send(Protocol.Command... commands) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (Protocol.Command command : commands) {
        command.writeDelimitedTo(out);
      }
      socket.write(Frame.of(Frame.FIN | Frame.BINARY, out.toByteArray()));
    }

    /// Sends a command and awaits its reply.
    Protocol.Reply call(Protocol.Command.Builder command) throws IOException {
      int own = ++id;
      send(command.setId(own).build());
      return next(reply -> reply.getId() == own);
    }

    Protocol.SubscribeResult subscribe(String channel) throws IOException {
      return call(Protocol.Command.newBuilder()
              .setSubscribe(Protocol.SubscribeRequest.newBuilder().setChannel(channel)))
          .getSubscribe();
    }

    Protocol.Reply next(Predicate<Protocol.Reply> fits) throws IOException {
      while (true) {
        while (waiting.isEmpty()) {
          Received frame = socket.readFrame();
          assertThat(frame.opcode()).isEqualTo(Frame.BINARY);
          read(frame.message());
        }
        Protocol.Reply reply = waiting.remove();
        if (fits.test(reply)) {
          return reply;
        }
      }
    }

    private void read(byte[] message) throws IOException {
      ByteArrayInputStream in = new ByteArrayInputStream(message);
      while (in.available() > 0) {
        waiting.add(Protocol.Reply.parseDelimitedFrom(in));
      }
    }

    Protocol.Publication publication(String channel) throws IOException {
      return next(r -> r.getPush().getChannel().equals(channel) && r.getPush().hasPub())
          .getPush()
          .getPub();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        PATH + " | centrifuge-protobuf | centrifuge-protobuf",
        PATH + " | x, centrifuge-protobuf, centrifuge-json | centrifuge-protobuf",
        PATH + "?format=protobuf | '' | ''",
        PATH + "?cf_protocol=protobuf | '' | ''"
      })
  void aClientChoosesIt(String path, String offered, String agreed) throws Exception {
    try (Client client = new Client(path, "", offered)) {
      assertThat(client.socket.protocol()).isEqualTo(agreed);
      Protocol.ConnectResult it =
          client
              .call(
                  Protocol.Command.newBuilder()
                      .setConnect(Protocol.ConnectRequest.getDefaultInstance()))
              .getConnect();
      assertThat(it.getClient()).isNotEmpty();
      assertThat(it.getPing()).isPositive();
      assertThat(it.getPong()).isTrue();
    }
  }

  @Test
  void commandsOfOneFrameAreAnsweredAndEachEncodingReadsTheOthersPublications() throws Exception {
    try (Client client = new Client(FORMAT, "", "");
        WireClient json = new WireClient(WireNode.port(), PATH, "")) {
      json.write(
          Frame.text("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"both\"}}"));
      String answers = json.readFrame().text();
      while (!answers.contains("\"subscribe\"")) {
        answers = json.readFrame().text();
      }
      client.send(
          Protocol.Command.newBuilder()
              .setId(1)
              .setConnect(Protocol.ConnectRequest.newBuilder().setToken(TestStack.token("ann")))
              .build(),
          Protocol.Command.newBuilder()
              .setId(2)
              .setSubscribe(Protocol.SubscribeRequest.newBuilder().setChannel("both"))
              .build(),
          Protocol.Command.newBuilder()
              .setId(3)
              .setPublish(
                  Protocol.PublishRequest.newBuilder()
                      .setChannel("both")
                      .setData(ByteString.copyFromUtf8("{\n\"n\":1}")))
              .build());

      Protocol.Publication it = client.publication("both");
      assertThat(it.getData().toStringUtf8()).isEqualTo("{\n\"n\":1}");
      assertThat(it.getInfo().getUser()).isEqualTo("ann");
      assertThat(it.getOffset()).isPositive();
      assertThat(json.readFrame().text())
          .contains("\"data\":{\"n\":1}")
          .contains("\"offset\":" + it.getOffset());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", DEFLATE})
  void smallAndLargePublicationsComeInOrder(String extensions) throws Exception {
    try (Client client = Client.connected(extensions)) {
      String channel = "order" + extensions.length();
      client.subscribe(channel);
      List<String> values = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        values.add(i % 3 == 0 ? "\"" + i + " shared".repeat(100 + i) + "\"" : "{\"n\":" + i + "}");
      }
      TestStack.produceBatch(TOPIC, channel, values);

      List<String> came = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        came.add(client.publication(channel).getData().toStringUtf8());
      }
      assertThat(came).isEqualTo(values);
      assertThat(client.socket.agreed().isEmpty()).isEqualTo(extensions.isEmpty());
    }
  }

  @Test
  void whatWasMissedIsRecovered() throws Exception {
    Protocol.SubscribeResult at;
    try (Client client = Client.connected("")) {
      at = client.subscribe("missed");
      assertThat(at.getRecoverable()).isTrue();
    }
    TestStack.produceBatch(TOPIC, "missed", Collections.nCopies(5, "{}"));
    try (Client client = Client.connected("")) {
      Protocol.SubscribeResult it =
          client
              .call(
                  Protocol.Command.newBuilder()
                      .setSubscribe(
                          Protocol.SubscribeRequest.newBuilder()
                              .setChannel("missed")
                              .setRecover(true)
                              .setEpoch(at.getEpoch())
                              .setOffset(at.getOffset())))
              .getSubscribe();
      assertThat(it.getWasRecovering() && it.getRecovered()).isTrue();
      for (int i = it.getPublicationsCount(); i < 5; i++) { // what the node had yet to read
        assertThat(client.publication("missed").getData().toStringUtf8()).isEqualTo("{}");
      }
    }
  }

  @Test
  void theNewestValueIsInTheAnswerWhereThatIsAllThatCounts() throws Exception {
    TestStack.produce("wire.state", "lamp", "{\"on\":false}");
    long offset = TestStack.produce("wire.state", "lamp", "{\"on\":true}").offset() + 1;
    Protocol.SubscribeRequest.Builder request =
        Protocol.SubscribeRequest.newBuilder().setChannel("state:lamp");
    Protocol.SubscribeResult it = awaitNewest(request, offset);
    assertThat(it.getPublicationsCount()).isEqualTo(1);
    assertThat(it.getPublications(0).getData().toStringUtf8()).isEqualTo("{\"on\":true}");
    assertThat(it.getWasRecovering()).isFalse();
    try (Client client = Client.connected("")) {
      request.setRecover(true).setEpoch(it.getEpoch()).setOffset(offset);
      it = client.call(Protocol.Command.newBuilder().setSubscribe(request)).getSubscribe();
      assertThat(it.getRecovered()).isTrue();
      assertThat(it.getPublicationsCount()).isZero();
    }
  }

  /// The answer, once the node has read that far.
  private static Protocol.SubscribeResult awaitNewest(
      Protocol.SubscribeRequest.Builder request, long offset) {
    return await()
        .until(
            () -> {
              try (Client client = Client.connected("")) {
                return client
                    .call(Protocol.Command.newBuilder().setSubscribe(request))
                    .getSubscribe();
              }
            },
            it -> it.getOffset() >= offset);
  }

  @Test
  void aPublishThatIsNoTextIsRefusedWhereTextIsDue() throws Exception {
    try (Client client = Client.connected("")) {
      Protocol.PublishRequest.Builder request =
          Protocol.PublishRequest.newBuilder().setChannel("text:a");
      byte[] noUtf8 = {-1, -1};
      Protocol.Reply reply =
          client.call(
              Protocol.Command.newBuilder()
                  .setPublish(request.setData(ByteString.copyFrom(noUtf8))));
      assertThat(reply.getError().getCode()).isEqualTo(107);
      reply =
          client.call(
              Protocol.Command.newBuilder()
                  .setPublish(request.setData(ByteString.copyFromUtf8("ü {"))));
      assertThat(reply.hasPublish()).isTrue();
    }
  }

  @Test
  void aPublishThatIsNoJsonIsRefusedWhereJsonIsDue() throws Exception {
    try (Client client = Client.connected("")) {
      Protocol.Reply reply =
          client.call(
              Protocol.Command.newBuilder()
                  .setPublish(
                      Protocol.PublishRequest.newBuilder()
                          .setChannel("json")
                          .setData(ByteString.copyFromUtf8("{} {}"))));
      assertThat(reply.getError().getCode()).isEqualTo(107);
    }
  }

  @Test
  void framesOfTheOtherKindEndTheConnection() throws Exception {
    try (WireClient text = new WireClient(WireNode.port(), FORMAT, "")) {
      text.write(Frame.text("{\"id\":1,\"connect\":{}}"));
      assertThat(text.readToEnd()).containsExactly(Heard.close(3501));
    }
    try (WireClient binary = new WireClient(WireNode.port(), PATH, "")) {
      binary.write(Frame.of(Frame.FIN | Frame.BINARY, new byte[] {2, 8, 1}));
      assertThat(binary.readToEnd()).containsExactly(Heard.close(3501));
    }
  }

  @Test
  void bytesThatAreNoCommandEndTheConnection() throws Exception {
    try (WireClient client = new WireClient(WireNode.port(), FORMAT, "")) {
      client.write(Frame.of(Frame.FIN | Frame.BINARY, new byte[] {5, 1}));
      assertThat(client.readToEnd()).containsExactly(Heard.close(3501));
    }
  }
}
