package io.sluice.perf.chaos;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Asks nodes all the while how many subscriptions wait for room, and how many clients they have
/// closed because these do not read. A thread of its own; any may ask, [#close] by one.
final class LagWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(1);
  private static final String LAGGING = "sluice_hub_lagging_subscriptions ";
  private static final String CLOSED = "sluice_edge_closings_total{reason=\"slow\"} ";

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();
  private final List<Node> nodes;
  private final Map<Node, Double> closedBefore = new HashMap<>();
  private final Sampling sampling;
  private volatile Seen seen = new Seen(0, 0);

  /// What there was to see.
  ///
  /// @param lagging the most subscriptions of one node that waited at once
  /// @param closed clients of all nodes that did not read
  record Seen(long lagging, long closed) {}

  LagWatch(Cluster cluster) {
    nodes = cluster.nodes();
    sampling = new Sampling(EVERY, () -> nodes.forEach(this::ask));
  }

  private void ask(Node node) {
    try {
      HttpRequest question =
          HttpRequest.newBuilder(node.itself().resolve("/metrics")).timeout(ANSWER).build();
      String metrics = http.send(question, BodyHandlers.ofString()).body();
      double closed = value(metrics, CLOSED);
      double before = closedBefore.getOrDefault(node, closed);
      closedBefore.put(node, closed);
      double more = closed < before ? closed : closed - before; // a new process counts from 0
      seen =
          new Seen(
              Math.max(seen.lagging, (long) value(metrics, LAGGING)), seen.closed + (long) more);
    } catch (IOException _) {
      // it is away, and asked again
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  /// So far.
  Seen seen() {
    return seen;
  }

  @Override
  public void close() {
    sampling.close();
    http.shutdownNow();
  }
}
