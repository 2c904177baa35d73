package io.sluice.session;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sluice.embedded.EmbeddedRedis;

/// A user of Redis who may do what [Keys] says is needed, and nothing else.
final class LeastUser {
  private static final String NAME = "sluice";
  private static final String PASSWORD = "p-123";

  private static final String RIGHTS =
      "~sluice:* +del +eval +evalsha +exists +hgetall +hmget +hset +hdel +pexpire +ping +pttl +time"
          + " +zadd +zrange +zrem +zremrangebyscore +zremrangebyrank +client +hello +cluster";

  private LeastUser() {}

  /// Makes that user.
  ///
  /// @return the address with its name and password
  static String of(EmbeddedRedis redis) {
    return make(redis, NAME, RIGHTS);
  }

  /// Makes another one, who may not even do one of these.
  ///
  /// @param right such as `+eval`
  /// @return as [#of]
  static String without(EmbeddedRedis redis, String right) {
    return make(redis, "less", RIGHTS.replace(right + " ", ""));
  }

  private static String make(EmbeddedRedis redis, String name, String allowed) {
    CommandArgs<String, String> rights =
        new CommandArgs<>(StringCodec.UTF8)
            .add("SETUSER")
            .add(name)
            .add("reset")
            .add("on")
            .add(">" + PASSWORD);
    for (String right : allowed.split(" ", -1)) {
      rights.add(right);
    }
    try (RedisClient client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      var _ =
          connection.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), rights);
    }
    return redis.uri().replace("redis://", "redis://" + name + ":" + PASSWORD + "@");
  }
}
