package io.sluice.perf.stress;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A scenario in a size, and where it is played. Read from system properties, so that Gatling's own
/// plugin can be told as well as `./sluice stress`.
///
/// Every user listens to two rooms, of which each has about fifty listeners and is published to
/// twice a second.
///
/// @param scenario which
/// @param scale of users and time
/// @param stated goals over those of the scenario
/// @param where the cluster; nothing: one is started
/// @param folder for what is found
record StressPlan(
    StressScenario scenario,
    double scale,
    List<String> stated,
    @Nullable StressTarget where,
    Path folder) {
  /// Rooms of each user.
  private static final int PAYLOAD = 256;

  private static final int SLOW_PAYLOAD = 2_048;
  private static final int SLOW_ROOMS = 8;
  static final int ROOMS = 2;

  /// One user of so many is restless where any is, see [StressRun#isRestless].
  static final int RESTLESS = 4;

  /// A service for so many users.
  private static final int SERVED = 10;

  /// Before the names of the system properties.
  static final String PREFIX = "stress.";

  private static final int LISTENERS = 50;
  private static final double PER_SECOND = 2;
  private static final int FEWEST_USERS = 10;
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final int MOST_A_SECOND = 100;
  private static final double SHARE = 0.9;
  private static final Duration ENDING = Duration.ofSeconds(5);

  StressPlan {
    stated = List.copyOf(stated);
    if (!(scale > 0 && scale <= 100)) {
      throw new IllegalArgumentException("scale is above 0 and at most 100: " + scale);
    }
  }

  /// @param property by its name
  /// @throws IllegalArgumentException naming what is wrong
  static StressPlan of(StressScenario scenario, Function<String, @Nullable String> property) {
    Function<String, String> text =
        name -> {
          String value = property.apply(PREFIX + name);
          return value == null ? "" : value;
        };
    String scale = text.apply("scale");
    String folder = text.apply("folder");
    List<URI> edges = uris(text.apply("edge"));
    List<URI> apis = uris(text.apply("api"));
    if (edges.isEmpty() != apis.isEmpty()) {
      throw new IllegalArgumentException(
          "edge and api go together: clients connect, metrics are read");
    }
    return new StressPlan(
        scenario,
        scale.isEmpty() ? 1 : number(scale),
        list(text.apply("goals")),
        edges.isEmpty()
            ? null
            : new StressTarget(
                edges,
                apis,
                text.apply("api-key"),
                text.apply("secret"),
                text.apply("kafka"),
                text.apply("redis")),
        Path.of(folder.isEmpty() ? "target/gatling" : folder));
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("scale is a number: " + text, e);
    }
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(it -> !it.isEmpty())
        .toList();
  }

  private static List<URI> uris(String text) {
    return list(text).stream().map(URI::create).toList();
  }

  /// How many nodes are looked at.
  int nodes() {
    return where == null ? OwnStack.NODES : where.apis().size();
  }

  /// Bytes of a publication: more where some are to fall behind, and yet more where they listen to
  /// fewer rooms, so that they are sent as much.
  int payload() {
    return scenario == StressScenario.SLOW_CONSUMERS
        ? SLOW_PAYLOAD * SLOW_ROOMS / slowRooms()
        : PAYLOAD;
  }

  /// That each client listens to which reads slowly.
  int slowRooms() {
    return Math.min(SLOW_ROOMS, rooms());
  }

  int users() {
    return Math.max(FEWEST_USERS, (int) Math.round(scenario.users() * scale));
  }

  /// Who asks the API, each with a room of its own.
  int services() {
    return scenario == StressScenario.MIXED ? Math.max(1, users() / SERVED) : 0;
  }

  /// From when all have come.
  Duration lasts() {
    long millis = Math.round(scenario.lasts().toMillis() * scale);
    return Duration.ofMillis(Math.max(SHORTEST.toMillis(), millis));
  }

  /// In which they come: a quarter of the time, at most a hundred a second.
  Duration ramp() {
    long fastest = 1_000L * users() / MOST_A_SECOND;
    return Duration.ofMillis(
        Math.max(1_000, Math.max(fastest, Math.min(30_000, lasts().toMillis() / 4))));
  }

  int rooms() {
    return Math.max(ROOMS, users() * ROOMS / LISTENERS);
  }

  /// Publications to all rooms together.
  double publishesPerSecond() {
    return rooms() * PER_SECOND;
  }

  /// What everybody together is given when all have come.
  double deliveriesPerSecond() {
    return users() * ROOMS * PER_SECOND;
  }

  /// All of them. Deliveries are counted over the whole run, in which users also come and go.
  Goals goals() {
    double listening = lasts().plus(ramp().dividedBy(2)).toMillis();
    double whole = lasts().plus(ramp()).plus(ENDING).toMillis();
    double deliveries = SHARE * deliveriesPerSecond() * listening / whole;
    return scenario
        .goals()
        .with(List.of(String.format(Locale.ROOT, "%s=%.0f", Goal.DELIVERIES.label(), deliveries)))
        .with(stated);
  }
}
