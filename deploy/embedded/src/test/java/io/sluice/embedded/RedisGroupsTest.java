package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
final class RedisGroupsTest {

  @Test
  void aClusterHasThreeMastersAndKeysOnAllOfThem() {
    try (var cluster = EmbeddedRedisCluster.start();
        var client =
            RedisClusterClient.create(
                Arrays.stream(cluster.uri().split(",", -1)).map(RedisURI::create).toList());
        var connection = client.connect()) {
      IntStream.range(0, 100).forEach(i -> connection.sync().set("key-" + i, "v"));

      assertThat(cluster.masters()).hasSize(3);
      for (EmbeddedRedis master : cluster.masters()) {
        assertThat(RedisConversation.ask(master.port(), "DBSIZE").getFirst()).isNotEqualTo("0");
      }
    }
  }

  @Test
  void aSentinelMakesTheReplicaTheMasterWithWhatWasThere() {
    try (var group = EmbeddedRedisSentinel.start();
        var client = RedisClient.create(group.uri())) {
      try (var connection = client.connect()) {
        connection.sync().set("k", "kept");
        assertThat(connection.sync().waitForReplication(1, 2000)).isEqualTo(1);
      }
      EmbeddedRedis before = group.master();

      group.stopMaster();

      assertThat(group.master()).isNotSameAs(before);
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> {
            try (var connection = client.connect()) {
              return connection.sync().get("k").equals("kept");
            }
          });
    }
  }
}
