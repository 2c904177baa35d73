package io.sluice.perf.stress;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a cluster is put through. Users and time are those of the full size. Goals are those of two
/// nodes that share two processors with Kafka, Redis and Gatling itself; who has more sets others.
enum StressScenario {
  BASELINE(
      "a few users, to compare everything else with",
      100,
      Duration.ofMinutes(5),
      List.of("delivery-p99=100ms", "connect-p99=1s", "server-cpu=60%", "server-memory=1200MB")),
  LOAD(
      "as many as on an ordinary day",
      800,
      Duration.ofMinutes(10),
      List.of("delivery-p99=200ms", "connect-p99=1s", "server-cpu=120%", "server-memory=1400MB")),
  TARGET(
      "as many as a node is meant for",
      1_000,
      Duration.ofMinutes(10),
      List.of("delivery-p99=200ms", "connect-p99=1s", "server-cpu=130%", "server-memory=1400MB")),
  PEAK(
      "more than that, for a while",
      1_200,
      Duration.ofMinutes(5),
      List.of("delivery-p99=300ms", "connect-p99=1s", "server-cpu=150%", "server-memory=1400MB")),
  SOAK(
      "half as many, for hours, of whom one of four leaves every ten seconds and comes back as"
          + " somebody new: what leaks is found",
      400,
      Duration.ofHours(4),
      List.of(
          "delivery-p99=150ms",
          "connect-p99=1s",
          "server-cpu=100%",
          "server-memory=1400MB",
          "memory-growth=40MB")), // with ten connections a second some 300 bytes for each
  STORM(
      "all users leave at once, again and again, and are back within seconds",
      1_000,
      Duration.ofMinutes(5),
      List.of(
          "delivery-p99=5s", // of what was published while they were away, too
          "connect-p99=3s",
          "back-p99=5s", // a second of which they wait of their own accord
          "recovered=100%",
          "server-cpu=150%",
          "server-memory=1400MB")),
  NODE_LOSS(
      "a node is killed in the middle of it; its users go on elsewhere",
      800,
      Duration.ofMinutes(5),
      List.of(
          "delivery-p99=10s",
          "connect-p99=3s",
          "back-p99=8s", // 3 s of which they take to notice
          "recovered=100%",
          "server-cpu=150%",
          "server-memory=1400MB")),
  SLOW_CONSUMERS(
      "one of ten reads too slowly, which the others must not feel",
      800,
      Duration.ofMinutes(5),
      List.of(
          "delivery-p99=300ms",
          "connect-p99=1s",
          "slow-clients-behind=1",
          "server-cpu=150%",
          "server-memory=1400MB")),
  MIXED(
      "requests to the API, with 1 to 3 s between them, beside those who listen",
      500,
      Duration.ofMinutes(5),
      List.of(
          "delivery-p99=200ms",
          "connect-p99=1s",
          "request-p99=500ms",
          "request-error-rate=0%",
          "server-cpu=120%",
          "server-memory=1400MB"));

  /// An enum's fields do not change, which a list's type does not say.
  private static final String SEPARATOR = ",";

  /// Unless a node is killed.
  private static final String STAY = "dropped=0";

  private static final List<String> ALWAYS =
      List.of("lost=0", "error-rate=0%", "publish-error-rate=0%");

  private final String about;
  private final int users;
  private final Duration lasts;
  private final String goals;

  StressScenario(String about, int users, Duration lasts, List<String> goals) {
    this.about = about;
    this.users = users;
    this.lasts = lasts;
    this.goals = String.join(SEPARATOR, goals);
  }

  static Optional<StressScenario> named(String label) {
    return Arrays.stream(values()).filter(it -> it.label().equals(label)).findFirst();
  }

  /// On the command line.
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// For people.
  String about() {
    return about;
  }

  /// Who listens.
  int users() {
    return users;
  }

  /// From when all have come until nothing more is published.
  Duration lasts() {
    return lasts;
  }

  /// Without the one that follows from the size of a run, see [StressPlan#goals()].
  Goals goals() {
    Goals all = Goals.of(ALWAYS).with(this == NODE_LOSS ? List.of() : List.of(STAY));
    return all.with(List.of(goals.split(SEPARATOR, -1)));
  }

  /// The class that Gatling is given.
  Class<? extends StressSimulation> simulation() {
    return switch (this) {
      case BASELINE -> Baseline.class;
      case LOAD -> Load.class;
      case TARGET -> Target.class;
      case PEAK -> Peak.class;
      case SOAK -> Soak.class;
      case STORM -> Storm.class;
      case NODE_LOSS -> NodeLoss.class;
      case SLOW_CONSUMERS -> SlowConsumers.class;
      case MIXED -> Mixed.class;
    };
  }
}
