package io.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.BreakerSettings;
import io.sluice.session.RedisResilience;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

final class ResilienceConfigTest {
  private static final Map<String, String> NEEDED =
      Map.of(
          "SLUICE_TOKENS_HMAC_SECRET", "0123456789abcdef0123456789abcdef",
          "SLUICE_API_KEY", "key",
          "SLUICE_KAFKA_BOOTSTRAP_SERVERS", "k:9092");

  @Test
  void defaultsAreThoseOfTheModules() {
    GatewayConfig config = parse("{}");
    assertThat(config.publish().breaker().settings()).isEqualTo(BreakerSettings.STANDARD);
    RedisResilience standard = RedisResilience.STANDARD;
    assertThat(config.redis().retry())
        .isEqualTo(new RedisRetryConfig(standard.attempts(), standard.backOff()));
    assertThat(config.redis().breaker())
        .isEqualTo(new RedisBreakerConfig(standard.failureRate(), standard.openFor()));
  }

  @Test
  void everyKeyIsTakenOver() {
    GatewayConfig config =
        parse(
            """
            publish: {breaker: {failure-rate: 10, window: 7s, open-for: 2s, tries: 5}}
            redis: {retry: {attempts: 2, backoff: 10ms}, breaker: {failure-rate: 90, open-for: 3s}}
            """);
    assertThat(config.publish().breaker().settings())
        .isEqualTo(new BreakerSettings(10, Duration.ofSeconds(7), Duration.ofSeconds(2), 5));
    assertThat(config.redis().retry()).isEqualTo(new RedisRetryConfig(2, Duration.ofMillis(10)));
    assertThat(config.redis().breaker())
        .isEqualTo(new RedisBreakerConfig(90, Duration.ofSeconds(3)));
  }

  @Test
  void whatIsOutOfRangeIsNamedAllOfIt() {
    assertThatThrownBy(() ->
            parse(
                """
                publish: {breaker: {failure-rate: 0, window: 1500ms, open-for: 1ms, tries: 6}}
                redis: {retry: {attempts: 11, backoff: 2s}, breaker: {failure-rate: 101, open-for: 2m}}
                """))
        .asInstanceOf(InstanceOfAssertFactories.type(ConfigException.class))
        .extracting(ConfigException::problems)
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .containsExactlyInAnyOrder(
            "publish.breaker.failure-rate: 0 is not between 1 and 100",
            "publish.breaker.window: 1500ms is not in whole seconds",
            "publish.breaker.open-for: 1ms is not between 10ms and 1m",
            "publish.breaker.tries: 6 is not between 1 and 5",
            "redis.retry.attempts: 11 is not between 1 and 10",
            "redis.retry.backoff: 2s is not between 1ms and 1s",
            "redis.breaker.failure-rate: 101 is not between 1 and 100",
            "redis.breaker.open-for: 2m is not between 10ms and 1m");
  }

  private static GatewayConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, NEEDED, Map.of());
  }
}
