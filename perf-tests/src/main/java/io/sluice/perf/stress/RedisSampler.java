package io.sluice.perf.stress;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What Redis tells of itself. One thread.
final class RedisSampler implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final double MIB = 1L << 20;

  private final RedisClient client;
  private @Nullable StatefulRedisConnection<String, String> connection;

  RedisSampler(String uri) {
    RedisURI address = RedisURI.create(uri);
    address.setTimeout(ANSWER);
    client = RedisClient.create(address);
  }

  /// Looks once; what does not answer leaves a gap.
  void sample(double second, Series series) {
    try {
      StatefulRedisConnection<String, String> open =
          connection == null ? client.connect() : connection;
      connection = open;
      Map<String, Double> info = read(open.sync().info());
      add(series, "Redis, commands", "a second", second, info.get("instantaneous_ops_per_sec"), 1);
      add(series, "Redis, memory", "MB", second, info.get("used_memory"), MIB);
      add(series, "Redis, connections", "", second, info.get("connected_clients"), 1);
    } catch (RedisException _) {
      // it is away
    }
  }

  private static void add(
      Series series, String plot, String unit, double second, @Nullable Double value, double per) {
    if (value != null) {
      series.add(plot, unit, "Redis", second, value / per);
    }
  }

  /// The lines `name:number`.
  static Map<String, Double> read(String info) {
    return info.lines()
        .filter(line -> line.matches("\\w+:\\d+(\\.\\d+)?"))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf(':')),
                line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)),
                (first, _) -> first));
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, ANSWER);
  }
}
