package io.sluice.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.gateway.protocol.Command.Since;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Commands as an SDK writes them, with the SDK's own messages.
final class ProtobufCommandsTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_125);

  private static byte[] frame(Protocol.Command... commands) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Protocol.Command command : commands) {
      command.writeDelimitedTo(out);
    }
    return out.toByteArray();
  }

  private static Protocol.Command.Builder command(int id) {
    return Protocol.Command.newBuilder().setId(id);
  }

  private static Command only(Protocol.Command.Builder written) throws Exception {
    List<Command> all = ProtobufCommands.decode(frame(written.build()));
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void severalCommandsShareAFrame() throws Exception {
    byte[] frame =
        frame(
            command(1).setConnect(Protocol.ConnectRequest.getDefaultInstance()).build(),
            command(2).setPing(Protocol.PingRequest.getDefaultInstance()).build(),
            Protocol.Command.getDefaultInstance());
    assertThat(ProtobufCommands.decode(frame))
        .hasExactlyElementsOfTypes(Command.Connect.class, Command.Ping.class, Command.Pong.class);
  }

  @Test
  void aConnectIsRead() throws Exception {
    Command.Connect c =
        (Command.Connect)
            only(
                command(1)
                    .setConnect(
                        Protocol.ConnectRequest.newBuilder()
                            .setToken("t")
                            .setData(ByteString.copyFromUtf8("{\"a\":1}"))
                            .setName("java")
                            .setVersion("1")
                            .putSubs(
                                "c",
                                Protocol.SubscribeRequest.newBuilder()
                                    .setRecover(true)
                                    .setEpoch("e")
                                    .setOffset(1L << 40)
                                    .build())
                            // the SDK's messages know nothing of field 13
                            .putSubs(
                                "d",
                                Protocol.SubscribeRequest.parseFrom(
                                    new byte[] {13 << 3 | 2, 2, 'i', 't'}))));
    assertThat(c.token()).isEqualTo("t");
    assertThat(c.data()).hasValueSatisfying(d -> assertThat(d).asString().isEqualTo("{\"a\":1}"));
    assertThat(c.name()).isEqualTo("java");
    assertThat(c.version()).isEqualTo("1");
    assertThat(c.subs()).isEqualTo(Map.of("c", new Since("e", 1L << 40), "d", new Since("", 0)));
    assertThat(c.filters()).containsOnlyKeys("d");
    assertThat(c.filters().get("d")).asString().isEqualTo("it");
  }

  @Test
  void aSubscribeIsRead() throws Exception {
    Protocol.SubscribeRequest.Builder request =
        Protocol.SubscribeRequest.newBuilder()
            .setChannel("é")
            .setToken("t")
            .setEpoch("e")
            .setOffset(18);
    Command.Subscribe without = (Command.Subscribe) only(command(2).setSubscribe(request));
    assertThat(without)
        .isEqualTo(new Command.Subscribe(2, "é", "t", java.util.Optional.empty(), 0));

    Command.Subscribe with =
        (Command.Subscribe) only(command(2).setSubscribe(request.setRecover(true)));
    assertThat(with.since()).contains(new Since("e", 18));
    assertThat(with.joinLeave()).isFalse();

    Command.Subscribe curious =
        (Command.Subscribe) only(command(2).setSubscribe(request.setJoinLeave(true)));
    assertThat(curious.joinLeave()).isTrue();
  }

  @Test
  void theLargestIdIsKept() throws Exception {
    Command c = only(command(-1).setPing(Protocol.PingRequest.getDefaultInstance()));
    assertThat(Integer.toUnsignedLong(c.id())).isEqualTo(0xffff_ffffL);
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(
            command(3).setUnsubscribe(Protocol.UnsubscribeRequest.newBuilder().setChannel("c")),
            new Command.Unsubscribe(3, "c")),
        Arguments.of(
            command(3).setRefresh(Protocol.RefreshRequest.newBuilder().setToken("t")),
            new Command.Refresh(3, "t")),
        Arguments.of(
            command(3)
                .setSubRefresh(
                    Protocol.SubRefreshRequest.newBuilder().setChannel("c").setToken("t")),
            new Command.SubRefresh(3, "c", "t")),
        Arguments.of(
            command(3).setPresence(Protocol.PresenceRequest.newBuilder().setChannel("c")),
            new Command.Presence(3, "c")),
        Arguments.of(
            command(3).setPresenceStats(Protocol.PresenceStatsRequest.newBuilder().setChannel("c")),
            new Command.PresenceStats(3, "c")),
        Arguments.of(
            command(3)
                .setHistory(
                    Protocol.HistoryRequest.newBuilder()
                        .setChannel("c")
                        .setLimit(-1)
                        .setReverse(true)
                        .setSince(Protocol.StreamPosition.newBuilder().setOffset(5).setEpoch("e"))),
            new Command.History(3, "c", -1, Optional.of(new Command.Since("e", 5)), true)),
        Arguments.of(
            command(3).setHistory(Protocol.HistoryRequest.newBuilder().setChannel("c")),
            new Command.History(3, "c", 0, Optional.empty(), false)));
  }

  @ParameterizedTest
  @MethodSource("others")
  void otherCommandsAreRead(Protocol.Command.Builder written, Command read) throws Exception {
    assertThat(only(written)).isEqualTo(read);
  }

  @Test
  void dataIsKeptAsItIs() throws Exception {
    byte[] data = {0, -1, 10};
    Command.Publish c =
        (Command.Publish)
            only(
                command(4)
                    .setPublish(
                        Protocol.PublishRequest.newBuilder()
                            .setChannel("c")
                            .setData(ByteString.copyFrom(data))));
    assertThat(c.channel()).isEqualTo("c");
    assertThat(c.data()).isEqualTo(data);

    Command.Rpc r =
        (Command.Rpc)
            only(
                command(4)
                    .setRpc(
                        Protocol.RPCRequest.newBuilder()
                            .setMethod("m")
                            .setData(ByteString.copyFrom(data))));
    assertThat(r.method()).isEqualTo("m");
    assertThat(r.data()).isEqualTo(data);

    Command.Send s =
        (Command.Send)
            only(
                Protocol.Command.newBuilder()
                    .setSend(Protocol.SendRequest.newBuilder().setData(ByteString.copyFrom(data))));
    assertThat(s.data()).isEqualTo(data);
  }

  static Stream<Arguments> wrong() throws IOException {
    Protocol.PingRequest ping = Protocol.PingRequest.getDefaultInstance();
    byte[] good = frame(command(1).setPing(ping).build());
    return Stream.of(
        Arguments.of("nothing", new byte[0]),
        Arguments.of("an id alone", frame(command(1).build())),
        Arguments.of("no id", frame(Protocol.Command.newBuilder().setPing(ping).build())),
        Arguments.of(
            "two commands in one",
            frame(
                command(1).setPing(ping).setRpc(Protocol.RPCRequest.getDefaultInstance()).build())),
        Arguments.of(
            "a channel without a name",
            frame(command(1).setSubscribe(Protocol.SubscribeRequest.getDefaultInstance()).build())),
        Arguments.of(
            "a publish without data",
            frame(
                command(1)
                    .setPublish(Protocol.PublishRequest.newBuilder().setChannel("c"))
                    .build())),
        Arguments.of(
            "an offset beyond 63 bits",
            frame(
                command(1)
                    .setSubscribe(
                        Protocol.SubscribeRequest.newBuilder().setChannel("c").setOffset(-1))
                    .build())),
        Arguments.of("cut off", Arrays.copyOf(good, good.length - 1)),
        Arguments.of("a length without an end", HexFormat.of().parseHex("ffffffffffffffffffff01")),
        Arguments.of("a negative length", HexFormat.of().parseHex("ffffffff0f")),
        Arguments.of("longer inside than outside", HexFormat.of().parseHex("0408012a0f")),
        Arguments.of("a group that ends before it begins", HexFormat.of().parseHex("0308010c")),
        Arguments.of("no UTF-8", HexFormat.of().parseHex("0708012a030a01ff")),
        Arguments.of(
            "JSON", "{\"id\":1,\"ping\":{}}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void whateverIsNoCommandIsABadFrame(String what, byte[] frame) {
    assertThatThrownBy(() -> ProtobufCommands.decode(frame))
        .as(what)
        .isInstanceOf(BadFrameException.class);
  }

  @Test
  void fieldsOfATimeToComeArePassedOver() throws Exception {
    // field 99, a varint, in the command and in the request
    byte[] frame = HexFormat.of().parseHex("0d" + "0801" + "980601" + "2a06" + "0a0163" + "980601");
    assertThat(ProtobufCommands.decode(frame))
        .containsExactly(new Command.Subscribe(1, "c", "", java.util.Optional.empty(), 0));
  }

  @Test
  void noBytesBringAnythingButCommandsOrABadFrame() throws Exception {
    Random random = new Random(SEED);
    byte[] good =
        frame(
            command(1)
                .setConnect(
                    Protocol.ConnectRequest.newBuilder()
                        .setToken("t")
                        .putSubs("c", Protocol.SubscribeRequest.newBuilder().setOffset(5).build()))
                .build(),
            command(2)
                .setSubscribe(
                    Protocol.SubscribeRequest.newBuilder().setChannel("c").setRecover(true))
                .build());
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = good.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      try {
        var _ = ProtobufCommands.decode(cut);
      } catch (BadFrameException _) {
        // as it should be
      } catch (RuntimeException e) {
        throw new AssertionError("seed=%d %s".formatted(SEED, HexFormat.of().formatHex(cut)), e);
      }
    }
  }
}
