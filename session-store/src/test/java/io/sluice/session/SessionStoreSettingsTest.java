package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SessionStoreSettingsTest {

  @Test
  void defaultsAreAsDocumented() {
    assertThat(SessionStoreSettings.of(""))
        .isEqualTo(
            new SessionStoreSettings(
                "",
                false,
                Duration.ofMillis(500),
                Duration.ofMinutes(5),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                10_000,
                100_000));
  }

  @Test
  void aPasswordIsNeverShown() {
    assertThat(SessionStoreSettings.of("redis://user:s3cret@localhost:6379").toString())
        .contains("redis=localhost:6379")
        .doesNotContain("s3cret");
    assertThatThrownBy(() -> SessionStoreSettings.of("reddis://user:s3cret@localhost:6379"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a Redis address")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aClusterIsAListOfItsNodesAndSentinelsAreNamedTogether() {
    assertThat(cluster("redis://a:1, rediss://user:s3cret@b:2").toString())
        .contains("redis=a:1, b:2 (cluster)")
        .doesNotContain("s3cret");
    assertThat(SessionStoreSettings.of("redis-sentinel://s3cret@a:1,b:2/0#main").toString())
        .contains("redis=a:1, b:2 (master main)")
        .doesNotContain("s3cret");
    assertThatThrownBy(() -> cluster("redis-sentinel://s3cret@a:1,b:2/0#main"))
        .hasMessageContaining("not addresses of a Redis Cluster")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> SessionStoreSettings.of("redis://a:1,redis://user:s3cret@b:2"))
        .hasMessageContaining("not a Redis address")
        .hasMessageNotContaining("s3cret");
  }

  private static SessionStoreSettings cluster(String uri) {
    return Stores.settings(uri, Stores.TTL, Stores.GRACE, true);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> with(Duration.ofMillis(9), 256)).hasMessageContaining("PT0.009S");
    assertThatThrownBy(() -> with(Duration.ofSeconds(11), 256)).hasMessageContaining("PT11S");
    assertThatThrownBy(() -> with(Duration.ofSeconds(1), 255)).hasMessageContaining("255");
    assertThatThrownBy(() -> every(Duration.ofSeconds(61)))
        .hasMessage("checkpoints are 1 ms to a fifth of the time to live apart: PT1M1S, PT5M");
  }

  @Test
  void aClaimIsLongerThanThePublish() {
    Duration timeout = Duration.ofMillis(500);
    assertThat(SessionStoreSettings.claimFor(Duration.ofSeconds(7), timeout))
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(SessionStoreSettings.claimFor(Duration.ofSeconds(30), timeout))
        .isEqualTo(Duration.ofSeconds(32));
  }

  @Test
  void aKeyHasBoundedNames() {
    assertThatThrownBy(() -> new SessionKey("u", "s".repeat(65)))
        .hasMessage("a session name has 1 to 64 characters: 65");
    assertThatThrownBy(() -> new SessionKey("u", "")).hasMessageContaining("1 to 64");
    assertThatThrownBy(() -> new SessionKey("u".repeat(1025), "s"))
        .hasMessage("a user id has at most 1024 characters: 1025");
  }

  private static SessionStoreSettings with(Duration timeout, int queue) {
    return new SessionStoreSettings(
        "",
        false,
        timeout,
        Stores.TTL,
        Stores.GRACE,
        Duration.ofSeconds(30),
        IdempotencyStore.PENDING,
        queue,
        1);
  }

  private static SessionStoreSettings every(Duration checkpoint) {
    return new SessionStoreSettings(
        "",
        false,
        Duration.ofSeconds(1),
        Stores.TTL,
        Stores.GRACE,
        checkpoint,
        IdempotencyStore.PENDING,
        256,
        1);
  }
}
