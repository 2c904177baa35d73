package io.sluice.session;

import static io.sluice.session.SessionStoreContract.PHONE;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sluice.embedded.EmbeddedRedisSentinel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A Sentinel that answers nobody without a password, which is not the master's.
@Tag("full")
final class SentinelPasswordTest {
  private static final String PASSWORD = "s-123";

  @Test
  void aSentinelWithAPasswordIsAskedWithIt() {
    try (EmbeddedRedisSentinel redis = EmbeddedRedisSentinel.start();
        Stores stores = new Stores()) {
      demandPassword(redis);
      SessionStoreSettings without = Stores.patient(redis.uri());
      SessionStoreSettings with = without.withSentinelPassword(PASSWORD);

      SessionKey key = someKey();
      get(stores.openRedisOnly(with).open(key, PHONE));

      assertThat(get(stores.openRedisOnly(with).find(key))).isPresent();
      assertThat(stores.begin(without).health()).isInstanceOf(StoreHealth.Degraded.class);
      assertThat(with.toString()).doesNotContain(PASSWORD);
    }
  }

  private static void demandPassword(EmbeddedRedisSentinel redis) {
    String sentinel = redis.uri().replace("redis-sentinel", "redis").replaceFirst("/0#.*", "");
    try (RedisClient client = RedisClient.create(sentinel);
        var connection = client.connect()) {
      CommandArgs<String, String> rights =
          new CommandArgs<>(StringCodec.UTF8)
              .add("SETUSER")
              .add("default")
              .add("resetpass")
              .add(">" + PASSWORD);
      var _ =
          connection.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), rights);
    }
  }
}
