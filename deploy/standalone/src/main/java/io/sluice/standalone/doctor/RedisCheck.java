package io.sluice.standalone.doctor;

import io.sluice.gateway.config.RedisConfig;
import io.sluice.session.RedisLook;
import io.sluice.session.RedisLookException;
import io.sluice.session.SessionStoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Redis, as the cache of sessions: that it is there, is of the kind that the configuration says,
/// runs what nodes run, and throws away nothing of theirs.
final class RedisCheck implements Check {
  /// Older ones refuse scripts that write after they have asked for the time.
  private static final int OLDEST = 5;

  private static final String AWAY =
      "start it, or correct redis.uri (address, user, password, rediss:// for TLS), which 'redis-cli -u URI ping' tries; until then each node knows its own sessions only";

  private static final Pattern MAJOR = Pattern.compile("(\\d+)\\..*");
  private static final int NEARLY_FULL_PERCENT = 90;

  private final RedisConfig config;
  private final SessionStoreSettings settings;

  RedisCheck(RedisConfig config, SessionStoreSettings settings) {
    this.config = config;
    this.settings = settings;
  }

  @Override
  public String name() {
    return CheckNames.REDIS;
  }

  @Override
  public Set<Part> needs() {
    return Set.of(Part.REDIS);
  }

  @Override
  public List<Finding> run() throws CheckException, InterruptedException {
    if (config.uri().isEmpty()) {
      return List.of(
          Finding.ok(name(), "redis.uri is empty: each node knows its own sessions only"));
    }
    try {
      return judge(RedisLook.at(settings), config);
    } catch (RedisLookException e) {
      throw CheckException.away(e.getMessage() + " (redis.uri)", AWAY);
    }
  }

  /// Pure.
  static List<Finding> judge(RedisLook.Found found, RedisConfig config) {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> facts = found.facts();
    kind(found, config, findings);
    memory(facts, findings);
    Duration timeout = config.timeout();
    if (found.roundTrip().compareTo(timeout.dividedBy(2)) > 0) {
      findings.add(
          Finding.warning(
              CheckNames.REDIS,
              "the quickest of a few answers took %d ms, redis.timeout is %d ms: nodes will often do without it"
                  .formatted(found.roundTrip().toMillis(), timeout.toMillis()),
              "raise redis.timeout, or have it nearer"));
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              CheckNames.REDIS,
              "%s: %s, answers in %.1f ms"
                  .formatted(
                      found.where(),
                      facts.containsKey("redis_version")
                          ? "version " + facts.get("redis_version")
                          : "version not known, this user may not ask (INFO)",
                      found.roundTrip().toNanos() / 1e6)));
    }
    findings.add(Skew.judge("Redis' clock", found.ahead()));
    return findings;
  }

  private static void kind(RedisLook.Found found, RedisConfig config, List<Finding> findings) {
    Map<String, String> facts = found.facts();
    Matcher version = MAJOR.matcher(facts.getOrDefault("redis_version", ""));
    if (version.matches() && Integer.parseInt(version.group(1)) < OLDEST) {
      findings.add(
          Finding.error(
              CheckNames.REDIS,
              "version %s is too old".formatted(version.group()),
              "Redis %d or newer".formatted(OLDEST)));
    }
    String mode = facts.getOrDefault("redis_mode", "");
    if (mode.equals("sentinel")) {
      findings.add(
          Finding.error(
              CheckNames.REDIS,
              "%s is a Sentinel, and redis.uri asks it for sessions".formatted(found.where()),
              "redis.uri: redis-sentinel://HOST:PORT/0#MASTER"));
      return;
    }
    if (mode.equals("cluster") && !config.cluster()) {
      findings.add(
          Finding.error(
              CheckNames.REDIS,
              "%s is of a Redis Cluster, and refuses most keys".formatted(found.where()),
              "redis.cluster: true, and some of its nodes in redis.uri"));
      return;
    }
    if (!config.cluster() && facts.getOrDefault("role", "").equals("slave")) {
      findings.add(
          Finding.error(
              CheckNames.REDIS,
              "%s is a replica, which takes no writes".formatted(found.where()),
              "the master's address in redis.uri, or its Sentinels'"));
      return;
    }
    found
        .refused()
        .ifPresent(why ->
            findings.add(
                Finding.error(
                    CheckNames.REDIS,
                    "it does not run scripts for this user: " + why,
                    "give it ~sluice:* and the commands that SECURITY.md lists")));
  }

  private static void memory(Map<String, String> facts, List<Finding> findings) {
    long most = number(facts, "maxmemory");
    if (most == 0) {
      return; // no limit, or not known
    }
    String policy = facts.getOrDefault("maxmemory_policy", "");
    if (policy.startsWith("allkeys")) {
      findings.add(
          Finding.warning(
              CheckNames.REDIS,
              "maxmemory-policy is %s: when it is full, sessions go that are in use"
                  .formatted(policy),
              "CONFIG SET maxmemory-policy volatile-ttl"));
    } else if (policy.equals("noeviction")) {
      findings.add(
          Finding.warning(
              CheckNames.REDIS,
              "maxmemory-policy is noeviction: when it is full, nodes know their own sessions only",
              "CONFIG SET maxmemory-policy volatile-ttl, or watch its memory"));
    }
    long used = number(facts, "used_memory");
    if (used > most / 100 * NEARLY_FULL_PERCENT) {
      findings.add(
          Finding.warning(
              CheckNames.REDIS,
              "%d of %d MiB are in use".formatted(used >> 20, most >> 20),
              "raise maxmemory"));
    }
  }

  private static long number(Map<String, String> facts, String name) {
    String text = facts.getOrDefault(name, "0");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
