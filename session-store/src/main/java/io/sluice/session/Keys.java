package io.sluice.session;

/// Everything this module keeps in Redis.
///
/// | key | type | lives | what |
/// |---|---|---|---|
/// | `sluice:session:<n>:<user>:<session>`, where `n` is the length of the user id in UTF-16 units | hash | `ttl` (5 min) after it was last seen; `grace` (2 min) after it was closed | one session |
///
/// | field | what |
/// |---|---|
/// | `v` | version of this record, `1` |
/// | `user`, `session` | the two halves of the key |
/// | `node`, `client` | the connection that holds it, or was the last to do so |
/// | `generation` | that connection's, decimal, at least Redis' own time in µs when it was opened |
/// | `connected` | when it connected, ms since 1970 by the node's clock |
/// | `seen` | when it was last seen, the same |
/// | `closed` | when it was closed, ms since 1970 by Redis' clock; absent while it is open |
///
/// Every script touches one key and gets it as `KEYS[1]`, so a Redis Cluster runs them too. Without
/// the length of the user id, user `a:b` with session `c` and user `a` with session `b:c` would
/// share a key.
final class Keys {
  static final String PREFIX = "sluice:session:";
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

  private Keys() {}

  static String of(SessionKey key) {
    return PREFIX + key.user().length() + ":" + key.user() + ":" + key.session();
  }
}
