package io.sluice.session;

import java.time.Duration;

/// Everything this module keeps in Redis.
///
/// | key | type | lives | what |
/// |---|---|---|---|
/// | `sluice:session:<n>:<user>:<session>`, where `n` is the length of the user id in UTF-16 units | hash | `ttl` (5 min) after its last checkpoint; `grace` (2 min) after it was closed | one session: about 0.3 KB in memory, at most 16 Ki characters more in each of `subs` and `pos` |
/// | `sluice:user:<user>` | sorted set | `ttl` + `grace` after the last entry | the names of a user's sessions, at most 256 |
/// | `sluice:node:<node>` | sorted set | the same | `<n>:<user>:<session>` of the sessions that a node holds or held, as many as were held within `ttl` + `grace` |
///
/// | field of a session | what |
/// |---|---|
/// | `v` | version of this record, `1` |
/// | `user`, `session` | the two halves of the key |
/// | `node`, `client` | the connection that holds it, or was the last to do so |
/// | `generation` | that connection's, decimal, at least Redis' own time in µs when it was opened |
/// | `connected` | when it connected, ms since 1970 by the node's clock |
/// | `seen` | when it was last seen, the same |
/// | `closed` | when it was closed, ms since 1970 by Redis' clock; absent while it is open |
/// | `swept` | `1` when it was closed because its node was taken for dead; absent otherwise |
/// | `subs`, `pos` | a connection's [SessionState], see [StateText]; absent when there is none |
///
/// Scores of the sorted sets are the time at which an entry is worth nothing any more, ms since
/// 1970 by Redis' clock. They are indices: written beside the hashes and never believed without a
/// look at the hash, which may have expired, moved to another node, or never been there.
///
/// | key | type | lives | what |
/// |---|---|---|---|
/// | `sluice:idempotency:<n>:<channel>:<key>`, where `n` is the length of the channel's name in UTF-16 units | hash | at most as long as a publish takes (10 s) while one with it is under way; 5 min after it was answered | one idempotency key, about 200 bytes |
///
/// | field | what |
/// |---|---|
/// | `v` | version of this record, `1` |
/// | `owner` | the attempt that has the key, random |
/// | `answer` | what the publish was answered; absent while it is under way |
///
/// Every script touches one key and gets it as `KEYS[1]`, so a Redis Cluster runs them too. Without
/// the length of the user id, user `a:b` with session `c` and user `a` with session `b:c` would
/// share a key; it is the same with channels. An ACL user needs `~sluice:*` and the commands `del`,
/// `eval`, `evalsha`, `exists`, `hgetall`, `hmget`, `hset`, `hdel`, `pexpire`, `ping`, `pttl`,
/// `time`, `zadd`, `zrange`, `zrem`, `zremrangebyscore`, `zremrangebyrank`, and those of a
/// connection (`client`, `hello`, and `cluster` where there is one).
final class Keys {
  static final String PREFIX = "sluice:session:";
  static final String USER_PREFIX = "sluice:user:";
  static final String NODE_PREFIX = "sluice:node:";
  static final String IDEMPOTENCY_PREFIX = "sluice:idempotency:";

  /// Never written; asked for to see whether a Redis Cluster answers.
  static final String PROBE_PREFIX = "sluice:probe:";

  static final String VERSION = "1";

  static final String FIELD_VERSION = "v";
  static final String FIELD_USER = "user";
  static final String FIELD_SESSION = "session";
  static final String FIELD_NODE = "node";
  static final String FIELD_CLIENT = "client";
  static final String FIELD_GENERATION = "generation";
  static final String FIELD_CONNECTED = "connected";
  static final String FIELD_SEEN = "seen";
  static final String FIELD_CLOSED = "closed";
  static final String FIELD_SWEPT = "swept";
  static final String FIELD_SUBSCRIPTIONS = "subs";
  static final String FIELD_POSITIONS = "pos";

  private Keys() {}

  static String of(SessionKey key) {
    return PREFIX + member(key);
  }

  /// How a node's index names a session.
  static String member(SessionKey key) {
    return key.user().length() + ":" + key.user() + ":" + key.session();
  }

  static String ofMember(String member) {
    return PREFIX + member;
  }

  static String ofUser(String user) {
    return USER_PREFIX + user;
  }

  static String ofNode(String node) {
    return NODE_PREFIX + node;
  }

  /// How long an index knows of a session that it is not told of again.
  static Duration indexed(Duration ttl, Duration grace) {
    return ttl.plus(grace);
  }

  static String of(IdempotencyKey key) {
    return IDEMPOTENCY_PREFIX + key.channel().length() + ":" + key.channel() + ":" + key.key();
  }
}
