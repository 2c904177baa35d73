package io.sluice.gateway.protocol;

import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes replies and pushes as JSON. Zero values are left out, as the protocol has it. Pure.
public final class JsonReplies implements Replies {
  /// The server's ping, and the client's pong.
  private static final byte[] EMPTY = {'{', '}'};

  /// A publication's braces, the names of its fields, and its numbers.
  private static final int BESIDE_DATA = 128;

  /// A tag's quotes, colon and comma.
  private static final int BESIDE_TAG = 6;

  /// For [Encoding].
  JsonReplies() {}

  /// A ping.
  @Override
  public byte[] ping() {
    return EMPTY.clone();
  }

  /// The reply of a command that says no more than that it was done.
  @Override
  public byte[] done(int id, Done method) {
    return reply(id, 32).ascii(",\"").ascii(method.method()).ascii("\":{}}").toArray();
  }

  @Override
  public byte[] error(int id, ErrorCode error, String message) {
    JsonBytes out = reply(id, 96).ascii(",\"error\":{\"code\":").number(error.code());
    out.ascii(",\"message\":").string(message);
    return out.ascii(error.temporary() ? ",\"temporary\":true}}" : "}}").toArray();
  }

  /// The reply of a subscribe.
  @Override
  public byte[] subscribed(int id, SubscribeResult result) {
    JsonBytes out = reply(id, 128 + size(result.publications())).ascii(",\"subscribe\":");
    subscribeResult(out, result);
    return out.ascii("}").toArray();
  }

  @Override
  public byte[] history(int id, HistoryResult result) {
    JsonBytes out = reply(id, 128 + size(result.publications())).ascii(",\"history\":");
    Fields fields = new Fields(out);
    publications(fields, result.publications(), Delta.NONE, Positioned.YES);
    fields.next("epoch").string(result.epoch());
    if (result.offset() > 0) {
      fields.next("offset").number(result.offset());
    }
    fields.end();
    return out.ascii("}").toArray();
  }

  @Override
  public byte[] presence(int id, List<ClientInfo> members) {
    JsonBytes out = reply(id, 64 + members.size() * 160).ascii(",\"presence\":{\"presence\":");
    Fields fields = new Fields(out);
    for (ClientInfo member : members) {
      clientInfo(fields.next(member.client()), member);
    }
    fields.end();
    return out.ascii("}}").toArray();
  }

  @Override
  public byte[] presenceStats(int id, long clients, long users) {
    JsonBytes out = reply(id, 96).ascii(",\"presence_stats\":{\"num_clients\":").number(clients);
    return out.ascii(",\"num_users\":").number(users).ascii("}}").toArray();
  }

  @Override
  public byte[] joinLeave(WireForm form, JoinLeave what) {
    JsonBytes out = new JsonBytes(224).ascii(form.before()).ascii("{\"channel\":");
    out.string(what.channel()).ascii(",\"").ascii(what.kind().text()).ascii("\":{\"info\":");
    clientInfo(out, what.who());
    return out.ascii("}}").ascii(form.after()).toArray();
  }

  private static void clientInfo(JsonBytes out, ClientInfo who) {
    out.ascii("{\"user\":").string(who.user()).ascii(",\"client\":").string(who.client());
    if (!who.info().isEmpty()) {
      out.ascii(",\"conn_info\":").raw(who.info().getBytes(StandardCharsets.UTF_8));
    }
    out.ascii("}");
  }

  /// The reply of a connect.
  @Override
  public byte[] connected(int id, ConnectResult result) {
    JsonBytes out = reply(id, 256).ascii(",\"connect\":");
    connectResult(out, result);
    return out.ascii("}").toArray();
  }

  /// The reply of a refresh.
  ///
  /// @param client this connection's id
  /// @param version the server's version
  /// @param ttlSeconds until the new token expires; 0: never
  @Override
  public byte[] refreshed(int id, String client, String version, long ttlSeconds) {
    JsonBytes out = reply(id, 128).ascii(",\"refresh\":{\"client\":").string(client);
    out.ascii(",\"version\":").string(version);
    expiry(out, ttlSeconds);
    return out.ascii("}}").toArray();
  }

  /// The reply of an rpc.
  ///
  /// @param data JSON; empty: none
  @Override
  public byte[] called(int id, byte[] data) {
    JsonBytes out = reply(id, 32 + data.length).ascii(",\"rpc\":{");
    if (data.length > 0) {
      out.ascii("\"data\":").raw(data);
    }
    return out.ascii("}}").toArray();
  }

  /// The reply of a sub_refresh.
  ///
  /// @param ttlSeconds until the new token expires; 0: never
  @Override
  public byte[] subRefreshed(int id, long ttlSeconds) {
    JsonBytes out = reply(id, 48).ascii(",\"sub_refresh\":{");
    if (ttlSeconds > 0) {
      out.ascii("\"expires\":true,\"ttl\":").number(ttlSeconds);
    }
    return out.ascii("}}").toArray();
  }

  /// The first message of a unidirectional connection.
  ///
  /// @param token where it begins; may be empty
  public static byte[] connectPush(WireForm form, ConnectResult result, String token) {
    JsonBytes out = id(new JsonBytes(256), form, token).ascii(form.before());
    connectResult(out.ascii("{\"connect\":"), result);
    return since(out, form, token).ascii("}").ascii(form.after()).toArray();
  }

  /// A publication and the position after it.
  ///
  /// @param channel the full name
  /// @param positioned whether the subscriber is told offsets
  public static byte[] markedPush(
      WireForm form, String channel, Publication p, Positioned positioned, String token) {
    JsonBytes out = new JsonBytes(128 + token.length() + 2 * channel.length() + size(p));
    id(out, form, token).ascii(form.before()).ascii("{\"channel\":").string(channel);
    data(out.ascii(",\"pub\":{\"data\":"), p);
    rest(out, p, positioned);
    return since(out.ascii("}"), form, token).ascii("}").ascii(form.after()).toArray();
  }

  /// A position alone: in front of the event it belongs to, or a push that holds nothing else.
  public static byte[] mark(WireForm form, String token) {
    if (form.unmarked() == WireForm.SSE_UNI) {
      return id(new JsonBytes(8 + token.length()), form, token).toArray();
    }
    JsonBytes out = new JsonBytes(32 + token.length()).ascii(form.before());
    out.ascii("{\"since\":").string(token);
    return out.ascii("}").ascii(form.after()).toArray();
  }

  /// An event's id, where events have one: what an `EventSource` comes back with.
  private static JsonBytes id(JsonBytes out, WireForm form, String token) {
    return token.isEmpty() || form.unmarked() != WireForm.SSE_UNI
        ? out
        : out.ascii("id: ").ascii(token).ascii("\n");
  }

  /// A field beside what the push holds, where events have no id.
  private static JsonBytes since(JsonBytes out, WireForm form, String token) {
    return token.isEmpty() || form.unmarked() == WireForm.SSE_UNI
        ? out
        : out.ascii(",\"since\":").string(token);
  }

  /// A publication.
  ///
  /// @param channel the full name
  /// @param positioned whether the subscriber is told offsets
  @Override
  public byte[] publicationPush(
      WireForm form, String channel, Publication publication, Positioned positioned) {
    JsonBytes out = new JsonBytes(96 + 2 * channel.length() + size(publication));
    out.ascii(form.before()).ascii("{\"channel\":").string(channel).ascii(",\"pub\":");
    data(out.ascii("{\"data\":"), publication);
    rest(out, publication, positioned);
    return out.ascii("}}").ascii(form.after()).toArray();
  }

  /// The JSON that stands in a publication: what subscribers with deltas are sent as a string.
  @Override
  public byte[] deltaPayload(Publication publication) {
    return dataText(publication);
  }

  private static byte[] dataText(Publication publication) {
    JsonBytes out = new JsonBytes(size(publication));
    data(out, publication);
    return out.toArray();
  }

  /// A publication for subscribers with deltas. Their data is a string always, so that a patch and
  /// a payload are read alike.
  @Override
  public byte[] deltaPush(
      WireForm form,
      String channel,
      Publication publication,
      Positioned positioned,
      DeltaData data) {
    int length = data.bytes().length;
    JsonBytes out = new JsonBytes(160 + 2 * channel.length() + length + (length >> 2));
    out.ascii(form.before()).ascii("{\"channel\":").string(channel).ascii(",\"pub\":{\"data\":");
    rest(out.string(data.bytes()), publication, positioned);
    return out.ascii(data.isPatch() ? ",\"delta\":true}}" : "}}").ascii(form.after()).toArray();
  }

  @Override
  public byte[] subscribePush(WireForm form, String channel, SubscribeResult r) {
    JsonBytes out = new JsonBytes(160).ascii(form.before()).ascii("{\"channel\":").string(channel);
    Fields fields = new Fields(out.ascii(",\"subscribe\":"));
    if (r.recoverable()) {
      fields.next("recoverable").ascii("true");
    }
    if (!r.epoch().isEmpty()) {
      fields.next("epoch").string(r.epoch());
    }
    if (r.offset() > 0) {
      fields.next("offset").number(r.offset());
    }
    if (r.positioned()) {
      fields.next("positioned").ascii("true");
    }
    fields.end();
    return out.ascii("}").ascii(form.after()).toArray();
  }

  @Override
  public byte[] refreshPush(WireForm form, long ttlSeconds) {
    JsonBytes out = new JsonBytes(64).ascii(form.before()).ascii("{\"refresh\":");
    Fields fields = new Fields(out);
    if (ttlSeconds > 0) {
      fields.next("expires").ascii("true");
      fields.next("ttl").number(ttlSeconds);
    }
    fields.end();
    return out.ascii("}").ascii(form.after()).toArray();
  }

  /// Tells a client that a subscription ended. From code 2500 on SDKs subscribe again.
  @Override
  public byte[] unsubscribePush(WireForm form, String channel, int code, String reason) {
    JsonBytes out = new JsonBytes(128).ascii(form.before()).ascii("{\"channel\":").string(channel);
    out.ascii(",\"unsubscribe\":{\"code\":").number(code).ascii(",\"reason\":").string(reason);
    return out.ascii("}}").ascii(form.after()).toArray();
  }

  /// Tells a client that cannot see close codes why its connection ends.
  @Override
  public byte[] disconnectPush(WireForm form, Ending why) {
    JsonBytes out = new JsonBytes(96).ascii(form.before());
    out.ascii("{\"disconnect\":{\"code\":").number(why.code());
    out.ascii(",\"reason\":").string(why.reason());
    out.ascii(why.reconnect() ? ",\"reconnect\":true}}" : "}}");
    return out.ascii(form.after()).toArray();
  }

  /// Whether offsets are told.
  public enum Positioned {
    YES,
    NO
  }

  private static JsonBytes reply(int id, int capacity) {
    return new JsonBytes(capacity + 16).ascii("{\"id\":").number(Integer.toUnsignedLong(id));
  }

  private static void connectResult(JsonBytes out, ConnectResult r) {
    out.ascii("{\"client\":").string(r.client()).ascii(",\"version\":").string(r.version());
    r.ttl().ifPresent(ttl -> expiry(out, Math.max(1, ttl.toSeconds())));
    r.data().ifPresent(data -> out.ascii(",\"data\":").raw(data));
    if (!r.subs().isEmpty()) {
      String separator = ",\"subs\":{";
      for (Map.Entry<String, SubscribeResult> sub : r.subs().entrySet()) {
        out.ascii(separator).string(sub.getKey()).ascii(":");
        subscribeResult(out, sub.getValue());
        separator = ",";
      }
      out.ascii("}");
    }
    out.ascii(",\"ping\":").number(r.ping().toSeconds());
    if (r.pong()) {
      out.ascii(",\"pong\":true");
    }
    r.session().ifPresent(session -> out.ascii(",\"session\":").string(session));
    out.ascii(",\"node\":").string(r.node()).ascii("}");
  }

  private static void expiry(JsonBytes out, long ttlSeconds) {
    if (ttlSeconds > 0) {
      out.ascii(",\"expires\":true,\"ttl\":").number(ttlSeconds);
    }
  }

  private static void subscribeResult(JsonBytes out, SubscribeResult r) {
    Fields fields = new Fields(out);
    if (r.ttl().isPresent()) {
      fields.next("expires").ascii("true");
      fields.next("ttl").number(Math.max(1, r.ttl().get().toSeconds()));
    }
    if (r.recoverable()) {
      fields.next("recoverable").ascii("true");
    }
    if (!r.epoch().isEmpty()) {
      fields.next("epoch").string(r.epoch());
    }
    publications(
        fields, r.publications(), r.delta(), r.positioned() ? Positioned.YES : Positioned.NO);
    if (r.recovery() == SubscribeResult.Recovery.RECOVERED) {
      fields.next("recovered").ascii("true");
    }
    if (r.offset() > 0) {
      fields.next("offset").number(r.offset());
    }
    if (r.positioned()) {
      fields.next("positioned").ascii("true");
    }
    if (r.recovery() != SubscribeResult.Recovery.NONE) {
      fields.next("was_recovering").ascii("true");
    }
    if (r.delta() == Delta.FOSSIL) {
      fields.next("delta").ascii("true");
    }
    fields.end();
  }

  private static void publications(
      Fields fields, List<Publication> all, Delta delta, Positioned positioned) {
    if (all.isEmpty()) {
      return;
    }
    JsonBytes out = fields.next("publications");
    String separator = "[";
    for (Publication p : all) {
      out.ascii(separator).ascii("{\"data\":");
      if (delta == Delta.FOSSIL) {
        out.string(dataText(p));
      } else {
        data(out, p);
      }
      rest(out, p, positioned);
      out.ascii("}");
      separator = ",";
    }
    out.ascii("]");
  }

  /// What follows a publication's data.
  private static void rest(JsonBytes out, Publication p, Positioned positioned) {
    KeptHeaders headers = p.headers();
    if (!headers.client().isEmpty() || !headers.user().isEmpty()) {
      out.ascii(",\"info\":{\"user\":").string(headers.user());
      out.ascii(",\"client\":").string(headers.client()).ascii("}");
    }
    if (positioned == Positioned.YES) {
      out.ascii(",\"offset\":").number(p.offset());
    }
    tags(out, PublicationTags.of(p));
    out.ascii(",\"time\":").number(p.time());
  }

  private static void data(JsonBytes out, Publication p) {
    if (p.data().isEmpty()) {
      out.ascii("null");
      return;
    }
    byte[] data = p.data().get();
    PayloadKind kind = p.kind();
    switch (kind) {
      case JSON -> out.raw(data);
      case TEXT -> out.string(data);
      case BINARY -> out.string(Base64.getEncoder().encode(data));
    }
  }

  private static void tags(JsonBytes out, Map<String, String> tags) {
    if (tags.isEmpty()) {
      return;
    }
    Fields fields = new Fields(out.ascii(",\"tags\":"));
    for (Iterator<Map.Entry<String, String>> i = tags.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, String> tag = i.next();
      fields.next(tag.getKey()).string(tag.getValue());
    }
    fields.end();
  }

  /// About what a publication takes in a subscribe's answer, in bytes: what its data takes, and
  /// more than the rest does, unless much of that is escaped.
  public static int sizeInAnswer(Publication p, Delta delta) {
    KeptHeaders headers = p.headers();
    int size = BESIDE_DATA + p.data().map(data -> sizeInAnswer(data, p.kind(), delta)).orElse(6);
    size += headers.user().length() + headers.client().length();
    for (Map.Entry<String, String> tag : PublicationTags.of(p).entrySet()) {
      size += BESIDE_TAG + tag.getKey().length() + tag.getValue().length();
    }
    return size;
  }

  private static int sizeInAnswer(byte[] data, PayloadKind kind, Delta delta) {
    boolean inString = delta == Delta.FOSSIL;
    return switch (kind) {
      case JSON -> inString ? Stretches.stringLength(data) : data.length;
      case TEXT -> Stretches.stringLength(data) * (inString ? 2 : 1);
      case BINARY -> data.length / 3 * 4 + 10;
    };
  }

  private static int size(List<Publication> publications) {
    int size = 0;
    for (Publication p : publications) {
      size += size(p);
    }
    return size;
  }

  private static int size(Publication p) {
    return 64 + p.data().map(d -> d.length + (d.length >> 4)).orElse(4);
  }

  /// The fields of one object, with commas where they belong.
  private static final class Fields {
    private final JsonBytes out;
    private boolean any;

    Fields(JsonBytes out) {
      this.out = out;
    }

    JsonBytes next(String name) {
      out.ascii(any ? "," : "{");
      any = true;
      return out.string(name.getBytes(StandardCharsets.UTF_8)).ascii(":");
    }

    void end() {
      out.ascii(any ? "}" : "{}");
    }
  }
}
