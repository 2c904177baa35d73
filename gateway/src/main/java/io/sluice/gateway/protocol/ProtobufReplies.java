package io.sluice.gateway.protocol;

import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes replies and pushes as Protocol Buffers, each behind its length. What a publication
/// carries is the record's value as it is, whatever its kind. Pure.
final class ProtobufReplies implements Replies {
  /// An empty reply: the server's ping.
  private static final byte[] EMPTY = {0};

  /// What a JSON namespace's deleted value reads as.
  private static final byte[] JSON_NULL = "null".getBytes(StandardCharsets.US_ASCII);

  // fields of a Reply
  private static final int ERROR = 2;
  private static final int PUSH = 4;
  private static final int CONNECT = 5;
  private static final int SUBSCRIBE = 6;
  private static final int PRESENCE = 9;
  private static final int PRESENCE_STATS = 10;
  private static final int HISTORY = 11;
  private static final int RPC = 13;
  private static final int REFRESH = 14;
  private static final int SUB_REFRESH = 15;

  // fields of a Push
  private static final int CHANNEL = 2;
  private static final int PUB = 4;
  private static final int UNSUBSCRIBE = 7;
  private static final int SUBSCRIBED = 9;
  private static final int DISCONNECT = 11;
  private static final int REFRESHED = 12;

  /// For [Encoding].
  ProtobufReplies() {}

  @Override
  public byte[] ping() {
    return EMPTY.clone();
  }

  @Override
  public byte[] done(int id, Done method) {
    return reply(id, 16).message(method.field(), new ProtobufBytes(0)).delimited();
  }

  @Override
  public byte[] error(int id, ErrorCode error, String message) {
    ProtobufBytes body = new ProtobufBytes(64).number(1, error.code()).string(2, message);
    return reply(id, 80).message(ERROR, body.flag(3, error.temporary())).delimited();
  }

  @Override
  public byte[] subscribed(int id, SubscribeResult result) {
    ProtobufBytes body = subscribeResult(result);
    return reply(id, 64 + size(result)).message(SUBSCRIBE, body).delimited();
  }

  @Override
  public byte[] history(int id, HistoryResult result) {
    int size = result.publications().stream().mapToInt(ProtobufReplies::size).sum();
    ProtobufBytes body = new ProtobufBytes(64 + size);
    result.publications().forEach(p -> body.message(1, publication(p, Positioned.YES)));
    body.string(2, result.epoch()).number(3, result.offset());
    return reply(id, 64 + size).message(HISTORY, body).delimited();
  }

  @Override
  public byte[] presence(int id, List<ClientInfo> members) {
    ProtobufBytes body = new ProtobufBytes(64 + members.size() * 160);
    for (ClientInfo member : members) {
      ProtobufBytes entry = new ProtobufBytes(160).string(1, member.client());
      body.message(1, entry.message(2, clientInfo(member)));
    }
    return reply(id, 64 + body.size()).message(PRESENCE, body).delimited();
  }

  @Override
  public byte[] presenceStats(int id, long clients, long users) {
    ProtobufBytes body = new ProtobufBytes(24).number(1, clients).number(2, users);
    return reply(id, 40).message(PRESENCE_STATS, body).delimited();
  }

  @Override
  public byte[] joinLeave(WireForm form, JoinLeave what) {
    ProtobufBytes body = new ProtobufBytes(160).message(1, clientInfo(what.who()));
    ProtobufBytes push = new ProtobufBytes(224).string(CHANNEL, what.channel());
    return push(push.message(what.kind().field(), body));
  }

  private static ProtobufBytes clientInfo(ClientInfo who) {
    return new ProtobufBytes(128)
        .string(1, who.user())
        .string(2, who.client())
        .string(3, who.info());
  }

  @Override
  public byte[] connected(int id, ConnectResult r) {
    ProtobufBytes body =
        new ProtobufBytes(256)
            .string(1, r.client())
            .string(2, r.version())
            .flag(3, r.ttl().isPresent())
            .number(4, r.ttl().map(ttl -> Math.max(1, ttl.toSeconds())).orElse(0L));
    r.data().ifPresent(data -> body.bytes(5, data));
    r.subs()
        .forEach((channel, sub) -> {
          ProtobufBytes entry = new ProtobufBytes(64 + size(sub)).string(1, channel);
          body.message(6, entry.message(2, subscribeResult(sub)));
        });
    body.number(7, r.ping().toSeconds()).flag(8, r.pong());
    r.session().ifPresent(session -> body.string(9, session));
    body.string(10, r.node());
    return reply(id, 256).message(CONNECT, body).delimited();
  }

  @Override
  public byte[] refreshed(int id, String client, String version, long ttlSeconds) {
    ProtobufBytes body =
        new ProtobufBytes(64)
            .string(1, client)
            .string(2, version)
            .flag(3, ttlSeconds > 0)
            .number(4, ttlSeconds);
    return reply(id, 80).message(REFRESH, body).delimited();
  }

  @Override
  public byte[] called(int id, byte[] data) {
    ProtobufBytes body = new ProtobufBytes(16 + data.length).bytes(1, data);
    return reply(id, 32 + data.length).message(RPC, body).delimited();
  }

  @Override
  public byte[] subRefreshed(int id, long ttlSeconds) {
    ProtobufBytes body = new ProtobufBytes(16).flag(1, ttlSeconds > 0).number(2, ttlSeconds);
    return reply(id, 32).message(SUB_REFRESH, body).delimited();
  }

  @Override
  public byte[] publicationPush(
      WireForm form, String channel, Publication publication, Positioned positioned) {
    ProtobufBytes push = new ProtobufBytes(64 + 2 * channel.length() + size(publication));
    push.string(CHANNEL, channel).message(PUB, publication(publication, positioned));
    return push(push);
  }

  @Override
  public byte[] deltaPush(
      WireForm form,
      String channel,
      Publication publication,
      Positioned positioned,
      DeltaData data) {
    ProtobufBytes body = publication(publication, data.bytes(), positioned).flag(8, data.isPatch());
    ProtobufBytes push = new ProtobufBytes(64 + channel.length() + body.size());
    return push(push.string(CHANNEL, channel).message(PUB, body));
  }

  @Override
  public byte[] subscribePush(WireForm form, String channel, SubscribeResult r) {
    ProtobufBytes body =
        new ProtobufBytes(96)
            .flag(1, r.recoverable())
            .string(4, r.epoch())
            .number(5, r.offset())
            .flag(6, r.positioned());
    return push(new ProtobufBytes(160).string(CHANNEL, channel).message(SUBSCRIBED, body));
  }

  @Override
  public byte[] refreshPush(WireForm form, long ttlSeconds) {
    ProtobufBytes body = new ProtobufBytes(16).flag(1, ttlSeconds > 0).number(2, ttlSeconds);
    return push(new ProtobufBytes(32).message(REFRESHED, body));
  }

  @Override
  public byte[] unsubscribePush(WireForm form, String channel, int code, String reason) {
    ProtobufBytes body = new ProtobufBytes(48).number(2, code).string(3, reason);
    return push(new ProtobufBytes(128).string(CHANNEL, channel).message(UNSUBSCRIBE, body));
  }

  @Override
  public byte[] disconnectPush(WireForm form, Ending why) {
    ProtobufBytes body =
        new ProtobufBytes(48)
            .number(1, why.code())
            .string(2, why.reason())
            .flag(3, why.reconnect());
    return push(new ProtobufBytes(64).message(DISCONNECT, body));
  }

  private static ProtobufBytes reply(int id, int capacity) {
    return new ProtobufBytes(capacity + 16).number(1, Integer.toUnsignedLong(id));
  }

  private static byte[] push(ProtobufBytes push) {
    return new ProtobufBytes(64 + push.size()).message(PUSH, push).delimited();
  }

  private static ProtobufBytes subscribeResult(SubscribeResult r) {
    ProtobufBytes body =
        new ProtobufBytes(64 + size(r))
            .flag(1, r.ttl().isPresent())
            .number(2, r.ttl().map(ttl -> Math.max(1, ttl.toSeconds())).orElse(0L))
            .flag(3, r.recoverable())
            .string(6, r.epoch());
    Positioned positioned = r.positioned() ? Positioned.YES : Positioned.NO;
    r.publications().forEach(p -> body.message(7, publication(p, positioned)));
    return body.flag(8, r.recovery() == SubscribeResult.Recovery.RECOVERED)
        .number(9, r.offset())
        .flag(10, r.positioned())
        .flag(12, r.recovery() != SubscribeResult.Recovery.NONE)
        .flag(13, r.delta() == Delta.FOSSIL);
  }

  private static ProtobufBytes publication(Publication p, Positioned positioned) {
    return publication(p, data(p), positioned);
  }

  private static ProtobufBytes publication(Publication p, byte[] data, Positioned positioned) {
    KeptHeaders headers = p.headers();
    ProtobufBytes body = new ProtobufBytes(64 + data.length).bytes(4, data);
    if (!headers.client().isEmpty() || !headers.user().isEmpty()) {
      ProtobufBytes info = new ProtobufBytes(96).string(1, headers.user());
      body.message(5, info.string(2, headers.client()));
    }
    if (positioned == Positioned.YES) {
      body.number(6, p.offset());
    }
    PublicationTags.of(p).forEach((name, value) -> tag(body, name, value));
    return body.number(9, p.time());
  }

  @Override
  public byte[] deltaPayload(Publication publication) {
    return data(publication);
  }

  private static byte[] data(Publication p) {
    return p.data().orElseGet(() -> p.kind() == PayloadKind.JSON ? JSON_NULL : new byte[0]);
  }

  private static void tag(ProtobufBytes publication, String name, String value) {
    publication.message(7, new ProtobufBytes(64).string(1, name).string(2, value));
  }

  private static int size(SubscribeResult result) {
    return result.publications().stream().mapToInt(ProtobufReplies::size).sum();
  }

  private static int size(Publication p) {
    return 64 + p.data().map(data -> data.length).orElse(4);
  }
}
