package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.PartSettings;
import io.sluice.session.RedisLook;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of a Redis by what it tells of itself.
class RedisCheckTest {
  private static final Map<String, String> GOOD =
      Map.of(
          "redis_version", "7.0.15",
          "redis_mode", "standalone",
          "role", "master",
          "maxmemory", "67108864",
          "maxmemory_policy", "volatile-ttl",
          "used_memory", "1000000");

  @Test
  void aGoodOneIsOneLineAndItsClockAnother() {
    assertThat(judge(GOOD, Duration.ofNanos(800_000), Optional.empty()))
        .containsExactly(
            Finding.ok("redis", "r:6379: version 7.0.15, answers in 0.8 ms"),
            Finding.ok("clock", "Redis' clock agrees with this machine's"));
  }

  @Test
  void oneThatMayNotBeAskedIsGoodAsFarAsIsKnown() {
    assertThat(judge(Map.of(), Duration.ofMillis(1), Optional.empty()).getFirst().said())
        .contains("version not known");
  }

  @ParameterizedTest
  @CsvSource({
    "redis_version, 4.0.14, ERROR, too old",
    "redis_mode, sentinel, ERROR, is a Sentinel",
    "redis_mode, cluster, ERROR, refuses most keys",
    "role, slave, ERROR, is a replica",
    "maxmemory_policy, allkeys-lru, WARNING, sessions go that are in use",
    "maxmemory_policy, noeviction, WARNING, their own sessions only",
    "used_memory, 67000000, WARNING, 63 of 64 MiB are in use",
  })
  void whatIsWrongIsNamed(String fact, String value, Level level, String said) {
    Map<String, String> facts = new HashMap<>(GOOD);
    facts.put(fact, value);
    List<Finding> findings = judge(facts, Duration.ofMillis(1), Optional.empty());
    assertThat(findings).hasSize(2); // its clock too
    assertThat(findings.getFirst().level()).isEqualTo(level);
    assertThat(findings.getFirst().said()).contains(said);
    assertThat(findings.getFirst().fix()).isNotEmpty();
  }

  @Test
  void whereMemoryHasNoLimitThePolicyDoesNotMatter() {
    Map<String, String> facts = new HashMap<>(GOOD);
    facts.put("maxmemory", "0");
    facts.put("maxmemory_policy", "noeviction");
    assertThat(judge(facts, Duration.ofMillis(1), Optional.empty()).getFirst().level())
        .isEqualTo(Level.OK);
  }

  @Test
  void oneThatIsFarAwayOrRunsNoScriptsIsTold() {
    assertThat(judge(GOOD, Duration.ofMillis(300), Optional.empty()).getFirst().said())
        .contains("took 300 ms, redis.timeout is 500 ms");
    assertThat(judge(GOOD, Duration.ofMillis(1), Optional.of("NOPERM")).getFirst())
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.ERROR))
        .satisfies(it -> assertThat(it.said()).endsWith("NOPERM"));
  }

  @Test
  void withoutARedisThereIsNothingToAsk() throws Exception {
    var config = Configurations.with();
    assertThat(new RedisCheck(config.redis(), PartSettings.sessions(config)).run())
        .containsExactly(
            Finding.ok("redis", "redis.uri is empty: each node knows its own sessions only"));
  }

  private static List<Finding> judge(
      Map<String, String> facts, Duration roundTrip, Optional<String> refused) {
    return RedisCheck.judge(
        new RedisLook.Found("r:6379", facts, roundTrip, Duration.ZERO, refused),
        Configurations.with("redis.uri", "redis://r:6379").redis());
  }
}
