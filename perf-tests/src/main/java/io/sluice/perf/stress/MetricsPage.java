package io.sluice.perf.stress;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// A node's page for Prometheus as it is now: each name with the sum over its labels.
///
/// @param sums by name
/// @param heap by name, of those that have a label `area="heap"`; what is unlimited counts nothing
record MetricsPage(Map<String, Double> sums, Map<String, Double> heap) {
  private static final String HEAP = "area=\"heap\"";
  private static final Duration ANSWER = Duration.ofSeconds(2);

  MetricsPage {
    sums = Map.copyOf(sums);
    heap = Map.copyOf(heap);
  }

  /// Asks a node.
  ///
  /// @param api its API
  static MetricsPage of(HttpClient http, URI api) throws IOException, InterruptedException {
    HttpRequest question = HttpRequest.newBuilder(api.resolve("/metrics")).timeout(ANSWER).build();
    try {
      HttpResponse<String> page = http.send(question, BodyHandlers.ofString());
      if (page.statusCode() != 200) {
        throw new IOException("status " + page.statusCode());
      }
      return read(page.body());
    } catch (IOException e) {
      throw new IOException("no metrics at " + question.uri() + ": " + e, e);
    }
  }

  static MetricsPage read(String text) {
    Map<String, Double> sums = new HashMap<>();
    Map<String, Double> heap = new HashMap<>();
    text.lines()
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> {
          int end = line.indexOf('{') >= 0 ? line.indexOf('{') : line.indexOf(' ');
          int value = line.lastIndexOf(' ');
          if (end > 0 && value > 0) {
            String name = line.substring(0, end);
            double number = number(line.substring(value + 1));
            sums.merge(name, number, Double::sum);
            if (line.contains(HEAP)) {
              heap.merge(name, Math.max(0, number), Double::sum);
            }
          }
        });
    return new MetricsPage(sums, heap);
  }

  private static double number(String text) {
    return switch (text) {
      case "NaN" -> 0;
      case "+Inf", "-Inf" -> 0;
      default -> Double.parseDouble(text);
    };
  }

  OptionalDouble sum(String name) {
    Double sum = sums.get(name);
    return sum == null ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /// Of the heap alone; not a number where the page does not say.
  double ofHeap(String name) {
    return heap.getOrDefault(name, Double.NaN);
  }
}
