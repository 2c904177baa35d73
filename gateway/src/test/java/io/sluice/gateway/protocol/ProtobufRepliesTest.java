package io.sluice.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written here is read as an SDK reads it, with the SDK's own messages.
final class ProtobufRepliesTest {
  private static final byte[] NOT_TEXT = {0, -1, 10, 13, 127};

  private static Protocol.Reply read(byte[] written) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(written);
    Protocol.Reply reply = Protocol.Reply.parseDelimitedFrom(in);
    assertThat(in.available()).as("bytes behind the reply").isZero();
    return reply;
  }

  private static Publication publication(PayloadKind kind, byte[] data, KeptHeaders headers) {
    return new Publication("k", 18, 5, kind, Optional.of(data), headers);
  }

  private static Protocol.Publication pushed(Publication publication) throws IOException {
    Protocol.Push push =
        read(Encoding.PROTOBUF
                .replies()
                .publicationPush(WireForm.PROTOBUF, "é:1", publication, Positioned.YES))
            .getPush();
    assertThat(push.getChannel()).isEqualTo("é:1");
    return push.getPub();
  }

  @ParameterizedTest
  @EnumSource(PayloadKind.class)
  void aPublicationCarriesTheValueAsItIs(PayloadKind kind) throws Exception {
    Protocol.Publication it = pushed(publication(kind, NOT_TEXT, KeptHeaders.NONE));

    assertThat(it.getData().toByteArray()).isEqualTo(NOT_TEXT);
    assertThat(it.getOffset()).isEqualTo(18);
    assertThat(it.hasInfo()).isFalse();
    assertThat(it.getTagsMap()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 16_383, 16_384, 70_000})
  void lengthsOfAnyNumberOfBytesAreRight(int length) throws Exception {
    byte[] data = new byte[length];
    assertThat(pushed(publication(PayloadKind.BINARY, data, KeptHeaders.NONE)).getData())
        .isEqualTo(ByteString.copyFrom(data));
  }

  @Test
  void senderAndTagsAreTold() throws Exception {
    KeptHeaders headers = new KeptHeaders(Map.of("a", "ü", "b", ""), "ann", "c-1");
    Protocol.Publication it = pushed(publication(PayloadKind.JSON, new byte[] {'1'}, headers));

    assertThat(it.getInfo().getUser()).isEqualTo("ann");
    assertThat(it.getInfo().getClient()).isEqualTo("c-1");
    assertThat(it.getTagsMap()).containsExactlyInAnyOrderEntriesOf(Map.of("a", "ü", "b", ""));
  }

  @Test
  void whoIsThereAndWhoComesAndGoesIsTold() throws Exception {
    ClientInfo ann = new ClientInfo("ann", "c-1", "{\"name\":\"é\"}");
    ClientInfo bob = new ClientInfo("bob", "c-2", "");
    Replies replies = Encoding.PROTOBUF.replies();

    Protocol.Reply reply = read(replies.presence(6, List.of(ann, bob)));
    assertThat(reply.getId()).isEqualTo(6);
    Map<String, Protocol.ClientInfo> members = reply.getPresence().getPresenceMap();
    assertThat(members).containsOnlyKeys("c-1", "c-2");
    assertThat(members.get("c-1"))
        .isEqualTo(
            Protocol.ClientInfo.newBuilder()
                .setUser("ann")
                .setClient("c-1")
                .setConnInfo(ByteString.copyFromUtf8(ann.info()))
                .build());
    Protocol.PresenceStatsResult stats = read(replies.presenceStats(7, 300, 2)).getPresenceStats();
    assertThat(stats.getNumClients()).isEqualTo(300);
    assertThat(stats.getNumUsers()).isEqualTo(2);

    JoinLeave join = new JoinLeave(JoinLeave.Kind.JOIN, "é", ann);
    Protocol.Push joined = read(replies.joinLeave(WireForm.PROTOBUF, join)).getPush();
    assertThat(joined.getChannel()).isEqualTo("é");
    assertThat(joined.getJoin().getInfo()).isEqualTo(members.get("c-1"));
    JoinLeave leave = new JoinLeave(JoinLeave.Kind.LEAVE, "é", bob);
    Protocol.Push left = read(replies.joinLeave(WireForm.PROTOBUF, leave)).getPush();
    assertThat(left.getLeave().getInfo().getClient()).isEqualTo("c-2");
    assertThat(left.hasJoin()).isFalse();
  }

  @Test
  void aTombstoneIsNullOrNothingWithATag() throws Exception {
    for (PayloadKind kind : PayloadKind.values()) {
      Protocol.Publication it =
          pushed(new Publication("k", 18, 5, kind, Optional.empty(), KeptHeaders.NONE));
      assertThat(it.getData().toStringUtf8()).isEqualTo(kind == PayloadKind.JSON ? "null" : "");
      assertThat(it.getTagsMap()).containsOnly(Map.entry("deleted", "true"));
    }
  }

  @Test
  void withoutPositionsThereIsNoOffset() throws Exception {
    Publication p = publication(PayloadKind.JSON, new byte[] {'1'}, KeptHeaders.NONE);
    assertThat(
            read(Encoding.PROTOBUF
                    .replies()
                    .publicationPush(WireForm.PROTOBUF, "c", p, Positioned.NO))
                .getPush()
                .getPub()
                .getOffset())
        .isZero();
  }

  @Test
  void aRecoveredReplyCarriesWhatWasMissed() throws Exception {
    SubscribeResult result =
        new SubscribeResult(
            true,
            true,
            "e1",
            1L << 40,
            Recovery.RECOVERED,
            List.of(
                publication(PayloadKind.JSON, new byte[] {'1'}, KeptHeaders.NONE),
                publication(PayloadKind.JSON, new byte[] {'2'}, KeptHeaders.NONE)));
    Protocol.Reply reply = read(Encoding.PROTOBUF.replies().subscribed(-1, result));
    Protocol.SubscribeResult it = reply.getSubscribe();

    assertThat(Integer.toUnsignedLong(reply.getId())).isEqualTo(0xffff_ffffL);
    assertThat(it.getRecoverable() && it.getPositioned() && it.getRecovered()).isTrue();
    assertThat(it.getWasRecovering()).isTrue();
    assertThat(it.getEpoch()).isEqualTo("e1");
    assertThat(it.getOffset()).isEqualTo(1L << 40);
    assertThat(it.getPublicationsList())
        .extracting(p -> p.getData().toStringUtf8())
        .containsExactly("1", "2");
  }

  @Test
  void aPlainSubscribeIsAnsweredWithAnEmptyResult() throws Exception {
    Protocol.Reply reply =
        read(Encoding.PROTOBUF.replies().subscribed(2, SubscribeResult.plain(Recovery.NONE)));
    assertThat(reply.hasSubscribe()).isTrue();
    assertThat(reply.getSubscribe()).isEqualTo(Protocol.SubscribeResult.getDefaultInstance());
  }

  @Test
  void aConnectReplySaysEverything() throws Exception {
    ConnectResult result =
        new ConnectResult(
            "id",
            "0.1",
            Duration.ofSeconds(25),
            true,
            Optional.of(Duration.ofMillis(200)),
            Optional.of("{}".getBytes(StandardCharsets.UTF_8)),
            Map.of("c", new SubscribeResult(true, true, "e", 7, Recovery.FAILED, List.of())),
            Optional.of("s"),
            "n");
    Protocol.ConnectResult it = read(Encoding.PROTOBUF.replies().connected(1, result)).getConnect();

    assertThat(it.getClient()).isEqualTo("id");
    assertThat(it.getVersion()).isEqualTo("0.1");
    assertThat(it.getExpires()).isTrue();
    assertThat(it.getTtl()).as("never 0, which would mean never").isEqualTo(1);
    assertThat(it.getData().toStringUtf8()).isEqualTo("{}");
    assertThat(it.getPing()).isEqualTo(25);
    assertThat(it.getPong()).isTrue();
    assertThat(it.getSession()).isEqualTo("s");
    assertThat(it.getNode()).isEqualTo("n");
    Protocol.SubscribeResult sub = it.getSubsOrThrow("c");
    assertThat(sub.getOffset()).isEqualTo(7);
    assertThat(sub.getWasRecovering()).isTrue();
    assertThat(sub.getRecovered()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void anErrorSaysWhetherToTryAgain(ErrorCode error) throws Exception {
    Protocol.Reply reply = read(Encoding.PROTOBUF.replies().error(3, error));

    assertThat(reply.getId()).isEqualTo(3);
    assertThat(reply.getError().getCode()).isEqualTo(error.code());
    assertThat(reply.getError().getMessage()).isEqualTo(error.message());
    assertThat(reply.getError().getTemporary()).isEqualTo(error.temporary());
  }

  @Test
  void whatWasDoneIsNamed() throws Exception {
    assertThat(read(Encoding.PROTOBUF.replies().done(4, Done.UNSUBSCRIBE)).hasUnsubscribe())
        .isTrue();
    assertThat(read(Encoding.PROTOBUF.replies().done(4, Done.PUBLISH)).hasPublish()).isTrue();
    assertThat(read(Encoding.PROTOBUF.replies().done(4, Done.PING)).hasPing()).isTrue();
  }

  @Test
  void aCallIsAnsweredWithItsData() throws Exception {
    assertThat(
            read(Encoding.PROTOBUF.replies().called(4, NOT_TEXT)).getRpc().getData().toByteArray())
        .isEqualTo(NOT_TEXT);
    assertThat(read(Encoding.PROTOBUF.replies().called(4, new byte[0])).hasRpc()).isTrue();
  }

  @Test
  void aRefreshSaysUntilWhen() throws Exception {
    Protocol.RefreshResult it =
        read(Encoding.PROTOBUF.replies().refreshed(4, "id", "0.1", 9)).getRefresh();
    assertThat(it.getClient()).isEqualTo("id");
    assertThat(it.getExpires()).isTrue();
    assertThat(it.getTtl()).isEqualTo(9);
    assertThat(
            read(Encoding.PROTOBUF.replies().refreshed(4, "id", "0.1", 0))
                .getRefresh()
                .getExpires())
        .isFalse();
  }

  @Test
  void aSubscriptionThatExpiresSaysWhen() throws Exception {
    SubscribeResult result =
        SubscribeResult.plain(Recovery.NONE).expiring(Optional.of(Duration.ofSeconds(9)));
    Protocol.SubscribeResult it =
        read(Encoding.PROTOBUF.replies().subscribed(2, result)).getSubscribe();
    assertThat(it.getExpires()).isTrue();
    assertThat(it.getTtl()).isEqualTo(9);
    Protocol.SubRefreshResult fresh =
        read(Encoding.PROTOBUF.replies().subRefreshed(3, 8)).getSubRefresh();
    assertThat(fresh.getExpires()).isTrue();
    assertThat(fresh.getTtl()).isEqualTo(8);
    assertThat(read(Encoding.PROTOBUF.replies().subRefreshed(3, 0)).getSubRefresh().getExpires())
        .isFalse();
  }

  @Test
  void pushesThatEndSomethingSayWhy() throws Exception {
    Protocol.Push gone =
        read(Encoding.PROTOBUF
                .replies()
                .unsubscribePush(WireForm.PROTOBUF, "c", 2500, "insufficient state"))
            .getPush();
    assertThat(gone.getChannel()).isEqualTo("c");
    assertThat(gone.getUnsubscribe().getCode()).isEqualTo(2500);
    assertThat(gone.getUnsubscribe().getReason()).isEqualTo("insufficient state");

    Protocol.Disconnect end =
        read(Encoding.PROTOBUF.replies().disconnectPush(WireForm.PROTOBUF, Disconnect.SHUTDOWN))
            .getPush()
            .getDisconnect();
    assertThat(end.getCode()).isEqualTo(3001);
    assertThat(end.getReason()).isEqualTo("shutdown");
    assertThat(end.getReconnect()).isTrue();

    Ending custom = new Ending.Custom(4501, "moved");
    end =
        read(Encoding.PROTOBUF.replies().disconnectPush(WireForm.PROTOBUF, custom))
            .getPush()
            .getDisconnect();
    assertThat(end.getCode()).isEqualTo(4501);
    assertThat(end.getReason()).isEqualTo("moved");
    assertThat(end.getReconnect()).isFalse();
  }

  @Test
  void whatServicesDoToAClientIsTold() throws Exception {
    Replies replies = Encoding.PROTOBUF.replies();
    SubscribeResult result =
        new SubscribeResult(true, true, "e1", 7, SubscribeResult.Recovery.RECOVERED, List.of());
    Protocol.Push push = read(replies.subscribePush(WireForm.PROTOBUF, "c", result)).getPush();
    assertThat(push.getChannel()).isEqualTo("c");
    assertThat(push.getSubscribe().getRecoverable()).isTrue();
    assertThat(push.getSubscribe().getPositioned()).isTrue();
    assertThat(push.getSubscribe().getEpoch()).isEqualTo("e1");
    assertThat(push.getSubscribe().getOffset()).isEqualTo(7);
    SubscribeResult plain = SubscribeResult.plain(SubscribeResult.Recovery.NONE);
    push = read(replies.subscribePush(WireForm.PROTOBUF, "c", plain)).getPush();
    assertThat(push.hasSubscribe()).isTrue();
    assertThat(push.getSubscribe().getPositioned()).isFalse();

    push = read(replies.refreshPush(WireForm.PROTOBUF, 9)).getPush();
    assertThat(push.getRefresh().getExpires()).isTrue();
    assertThat(push.getRefresh().getTtl()).isEqualTo(9);
    assertThat(read(replies.refreshPush(WireForm.PROTOBUF, 0)).getPush().hasRefresh()).isTrue();
  }

  @Test
  void aPingIsAnEmptyReply() throws Exception {
    assertThat(Encoding.PROTOBUF.replies().ping()).containsExactly(0);
    assertThat(read(Encoding.PROTOBUF.replies().ping()))
        .isEqualTo(Protocol.Reply.getDefaultInstance());
  }
}
