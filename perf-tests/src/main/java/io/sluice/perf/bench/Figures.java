package io.sluice.perf.bench;

import io.sluice.perf.report.Better;
import io.sluice.perf.report.Metric;

/// The figures that scenarios tell, each with its name and unit in one place.
final class Figures {
  static final Metric MEMORY = new Metric("memory per connection", "KB", Better.LOWER);
  static final Metric RESIDENT = new Metric("RSS per connection, growing heap", "KB", Better.LOWER);
  static final Metric HEAP = new Metric("of it live heap", "KB", Better.LOWER);
  static final Metric CONNECTS = new Metric("connects", "per s", Better.HIGHER);
  static final Metric CPU_PER_CONNECT = new Metric("server CPU per connect", "µs", Better.LOWER);
  static final Metric DELIVERIES = new Metric("deliveries", "per s", Better.HIGHER);
  static final Metric CPU = new Metric("server CPU per delivery", "µs", Better.LOWER);
  static final Metric PER_CPU_SECOND =
      new Metric("deliveries per server CPU-second", "", Better.HIGHER);
  static final Metric TO_FLOOR = new Metric("server CPU / floor's", "", Better.LOWER);
  static final Metric CLIENT_CPU = new Metric("client CPU per delivery", "µs", Better.NEITHER);
  static final Metric CLIENT_CORES = new Metric("client's cores", "", Better.NEITHER);
  static final Metric P50 = new Metric("p50", "ms", Better.LOWER);
  static final Metric P90 = new Metric("p90", "ms", Better.LOWER);
  static final Metric P99 = new Metric("p99", "ms", Better.LOWER);
  static final Metric P999 = new Metric("p99.9", "ms", Better.LOWER);
  static final Metric MAX = new Metric("max", "ms", Better.LOWER);
  static final Metric P99_RATIO = new Metric("p99 / that without them", "", Better.LOWER);
  static final Metric P99_TO_QUIET = new Metric("p99 / that when quiet", "", Better.LOWER);
  static final Metric LAGGING = new Metric("clients behind", "", Better.NEITHER);
  static final Metric GROWN_OUTSIDE =
      new Metric("memory grown outside the heap", "MB", Better.LOWER);
  static final Metric GROWN_HEAP = new Metric("live heap grown", "MB", Better.LOWER);
  static final Metric CAUGHT_UP = new Metric("until they have all", "s", Better.LOWER);
  static final Metric BACK = new Metric("until all are back", "s", Better.LOWER);
  static final Metric BACK_MOST = new Metric("until 90 % are back", "s", Better.LOWER);
  static final Metric GROWN_RESIDENT = new Metric("RSS grown", "MB", Better.LOWER);
  static final Metric MOVED = new Metric("connections that come back", "per s", Better.NEITHER);
  static final Metric SCANS = new Metric("scans of the log", "", Better.LOWER);
  static final Metric READ_AGAIN = new Metric("records read again", "", Better.LOWER);
  static final Metric QUESTIONS =
      new Metric("questions where the log begins or ends", "", Better.LOWER);
  static final Metric REPLAYED = new Metric("records while scanning", "per s", Better.HIGHER);
  static final Metric REPLAYED_BYTES = new Metric("values while scanning", "MB/s", Better.HIGHER);
  static final Metric RECOVERY_P50 = new Metric("recovery p50", "ms", Better.LOWER);
  static final Metric RECOVERY_P99 = new Metric("recovery p99", "ms", Better.LOWER);
  static final Metric READY = new Metric("until the node is ready", "s", Better.LOWER);
  static final Metric RETURN_P50 = new Metric("until one is back, p50", "ms", Better.LOWER);
  static final Metric RETURN_P99 = new Metric("until one is back, p99", "ms", Better.LOWER);
  static final Metric SESSIONS_RESUMED = new Metric("sessions resumed", "%", Better.HIGHER);
  static final Metric PRESENCE_TRUE = new Metric("until presence is exact", "s", Better.LOWER);
  static final Metric CPU_PER_RETURN = new Metric("server CPU per return", "µs", Better.LOWER);
  static final Metric RECOVERED = new Metric("recovered", "%", Better.HIGHER);
  static final Metric CPU_PER_SUBSCRIBE =
      new Metric("server CPU per subscribe", "µs", Better.LOWER);
  static final Metric SUBSCRIBES = new Metric("subscribes", "per s", Better.HIGHER);
  static final Metric BEYOND_BYTES =
      new Metric("heap per record beyond headers and value", "B", Better.LOWER);
  static final Metric ACCOUNT = new Metric("by the window's own account", "B", Better.NEITHER);

  static final Metric SESSION_BYTES = new Metric("memory of Redis per session", "B", Better.LOWER);
  static final Metric CHECKPOINT_COMMANDS =
      new Metric("checkpoint commands, one each in 30 s", "per s", Better.LOWER);
  static final Metric REDIS_CORE = new Metric("Redis' core for them", "%", Better.LOWER);
  static final Metric CHECKPOINTS = new Metric("checkpoints at most", "per s", Better.HIGHER);

  private Figures() {}
}
