package io.sluice.perf.stress;

import static io.gatling.javaapi.core.CoreDsl.details;

import io.gatling.javaapi.core.Assertion;
import io.sluice.perf.report.Better;
import io.sluice.perf.report.Metric;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A figure that a run is judged by, and how Gatling is told so.
enum Goal {
  /// What all clients together are given a second, from the run's first moment to its last.
  DELIVERIES("deliveries-per-second", "/s", Better.HIGHER),
  /// From the moment a publication was due until a client has it.
  DELIVERY_P99("delivery-p99", "ms", Better.LOWER),
  /// Publications that a client was not given, was given twice or out of order.
  LOST("lost", "", Better.LOWER),
  /// Live connections that ended though nobody wanted them to.
  DROPPED("dropped", "", Better.LOWER),
  /// Of what is published.
  PUBLISH_ERRORS("publish-error-rate", "%", Better.LOWER),
  /// From the first byte of a handshake until all subscriptions are answered.
  CONNECT_P99("connect-p99", "ms", Better.LOWER),
  /// Of those that connect and subscribe.
  ERROR_RATE("error-rate", "%", Better.LOWER),
  /// How long users were away, those included that came back never.
  BACK_P99("back-p99", "ms", Better.LOWER),
  /// Of the subscriptions of those that come back: how many were given all they had missed.
  RECOVERED("recovered", "%", Better.HIGHER),
  /// Of requests to the API.
  REQUEST_P99("request-p99", "ms", Better.LOWER),
  /// Of requests to the API.
  REQUEST_ERRORS("request-error-rate", "%", Better.LOWER),
  /// How often a client that reads too slowly fell behind: otherwise a run shows nothing.
  LAGS("slow-clients-behind", "", Better.NEITHER),
  /// Connections of clients that read too slowly that ended.
  SLOW_DROPPED("slow-clients-dropped", "", Better.LOWER),
  /// Processor time of a node, of one processor, in 95 of 100 seconds.
  SERVER_CPU("server-cpu", "%", Better.LOWER),
  /// What a node's process holds at most.
  SERVER_MEMORY("server-memory", "MB", Better.LOWER),
  /// What a node has in use late in a run beyond what it had early, see [Growth].
  MEMORY_GROWTH("memory-growth", "MB", Better.LOWER);

  private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(|ms|s|%|MB|GB|/s)");
  private static final Map<String, Double> FACTORS = Map.of("s", 1e3, "GB", 1024.0);
  private static final double CPU_PERCENTILE = 95;
  private static final double LATENCY_PERCENTILE = 99;

  /// Looks at nodes that may go unanswered, per cent: a node that is busy once is no reason to know
  /// nothing of it.
  private static final double MOST_UNANSWERED = 5;

  private final String label;
  private final String unit;
  private final Better better;

  Goal(String label, String unit, Better better) {
    this.label = label;
    this.unit = unit;
    this.better = better;
  }

  static Optional<Goal> named(String label) {
    return Arrays.stream(values()).filter(goal -> goal.label.equals(label)).findFirst();
  }

  /// What it is called in `--goal`.
  String label() {
    return label;
  }

  Metric metric() {
    return new Metric(label, unit, better);
  }

  /// Reads an amount, such as `50ms`, `0.5s`, `99%`, `1.5GB`, or a number of its own unit.
  ///
  /// @throws IllegalArgumentException naming what is wrong
  double read(String text) {
    Matcher amount = AMOUNT.matcher(text.strip());
    String said = amount.matches() ? amount.group(2) : "?";
    boolean fits =
        switch (unit) {
          case "ms" -> List.of("", "ms", "s").contains(said);
          case "MB" -> List.of("", "MB", "GB").contains(said);
          default -> said.isEmpty() || said.equals(unit);
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s=%s: a number%s is wanted"
              .formatted(label, text, unit.isEmpty() ? "" : " of " + unit));
    }
    double value = Double.parseDouble(amount.group(1)) * FACTORS.getOrDefault(said, 1.0);
    demandJudged(text, value);
    return value;
  }

  /// Refuses what Gatling would cut, or could not count to.
  private void demandJudged(String text, double value) {
    if (isWhole() && value != Math.rint(value)) {
      throw new IllegalArgumentException(
          "%s=%s: a whole number%s is wanted, not %s"
              .formatted(label, text, unit.isEmpty() ? "" : " of " + unit, value));
    }
    double most = this == LOST ? Measures.MOST_LOST - 1 : Integer.MAX_VALUE;
    if (value > most) {
      throw new IllegalArgumentException(
          "%s=%s: %.0f at most, what is beyond is not counted one by one"
              .formatted(label, text, most));
    }
  }

  /// Gatling counts requests and measures times in whole numbers.
  private boolean isWhole() {
    return switch (this) {
      case DELIVERIES, PUBLISH_ERRORS, ERROR_RATE, RECOVERED, REQUEST_ERRORS -> false;
      case DELIVERY_P99,
          LOST,
          DROPPED,
          CONNECT_P99,
          BACK_P99,
          REQUEST_P99,
          LAGS,
          SLOW_DROPPED,
          SERVER_CPU,
          SERVER_MEMORY,
          MEMORY_GROWTH ->
          true;
    };
  }

  /// `delivery-p99 <= 50ms`.
  String text(double bound) {
    return label + (better == Better.LOWER ? " <= " : " >= ") + amount(bound);
  }

  /// With its unit.
  String amount(double value) {
    String number =
        value == Math.rint(value)
            ? String.format(Locale.ROOT, "%.0f", value)
            : String.format(Locale.ROOT, "%.1f", value);
    return number + unit;
  }

  /// The one that is furthest from the goal.
  double worst(List<Double> figures) {
    return better == Better.LOWER ? Collections.max(figures) : Collections.min(figures);
  }

  /// All of them have to hold. Gatling's own response times are whole milliseconds.
  ///
  /// @param nodes how many there are
  List<Assertion> assertions(double bound, int nodes) {
    int whole = (int) bound;
    return switch (this) {
      case DELIVERIES -> List.of(details(Measures.DELIVERY).requestsPerSec().gte(bound));
      case DELIVERY_P99 -> List.of(p99(Measures.DELIVERY, whole));
      case LOST -> List.of(details(Measures.LOST).failedRequests().count().lte((long) bound));
      case DROPPED -> List.of(details(Measures.STAY).failedRequests().count().lte((long) bound));
      case SLOW_DROPPED ->
          List.of(details(Measures.SLOW_STAY).failedRequests().count().lte((long) bound));
      case PUBLISH_ERRORS -> List.of(failed(Measures.PUBLISH, bound));
      case LAGS -> List.of(details(Measures.LAG).successfulRequests().count().gte((long) bound));
      case CONNECT_P99 -> List.of(p99(Measures.JOIN, whole));
      case ERROR_RATE -> List.of(failed(Measures.JOIN, bound));
      case BACK_P99 -> List.of(p99(Measures.BACK, whole));
      case RECOVERED ->
          List.of(details(Measures.RECOVERY).successfulRequests().percent().gte(bound));
      case REQUEST_P99 -> Requests.NAMES.stream().map(name -> p99(name, whole)).toList();
      case REQUEST_ERRORS -> Requests.NAMES.stream().map(name -> failed(name, bound)).toList();
      case SERVER_CPU ->
          seen(
              nodes,
              it -> details(Measures.cpu(it)).responseTime().percentile(CPU_PERCENTILE).lte(whole));
      case SERVER_MEMORY ->
          seen(nodes, it -> details(Measures.memory(it)).responseTime().max().lte(whole));
      case MEMORY_GROWTH ->
          seen(nodes, it -> details(Measures.growth(it)).responseTime().max().lte(whole));
    };
  }

  /// One for each node, and one that all were looked at.
  private static List<Assertion> seen(int nodes, IntFunction<Assertion> each) {
    return Stream.concat(
            IntStream.rangeClosed(1, nodes).mapToObj(each),
            Stream.of(failed(Measures.LOOK, MOST_UNANSWERED)))
        .toList();
  }

  private static Assertion p99(String request, int bound) {
    return details(request).responseTime().percentile(LATENCY_PERCENTILE).lte(bound);
  }

  private static Assertion failed(String request, double bound) {
    return details(request).failedRequests().percent().lte(bound);
  }
}
