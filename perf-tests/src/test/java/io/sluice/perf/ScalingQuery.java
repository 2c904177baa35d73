package io.sluice.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What Prometheus answers to a query of how late nodes are, when one of three is not ready.
final class ScalingQuery {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Node `a` is ready, and 2 and 6 s late, `b` starts, and `c` is ready and 2 s late. `d` is
  /// another cluster's, of another namespace of Kubernetes.
  private static final Map<String, Integer> SERIES =
      Map.ofEntries(
          late("a", "orders", 2),
          late("a", "trades", 6),
          late("b", "orders", 600),
          late("b", "trades", 0),
          late("c", "orders", 2),
          late("c", "trades", 0),
          late("d", "orders", 300),
          ready("a", 1),
          ready("b", 0),
          ready("c", 1),
          ready("d", 1));

  private ScalingQuery() {}

  private static Map.Entry<String, Integer> late(String node, String namespace, int seconds) {
    return Map.entry(
        "sluice_tailer_late_seconds{%s,namespace=\"%s\"}".formatted(target(node), namespace),
        seconds);
  }

  private static Map.Entry<String, Integer> ready(String node, int ready) {
    return Map.entry("sluice_ready{%s}".formatted(target(node)), ready);
  }

  private static String target(String node) {
    String cluster = node.equals("d") ? "back" : "front";
    return "job=\"%s\",kubernetes_namespace=\"%s\",instance=\"%s:9000\",pod=\"%s\""
        .formatted(cluster, cluster, node, node);
  }

  /// Fails where the answer is another one.
  ///
  /// @param name of its output files, see [RunningCommand#start]
  /// @param query about the job and namespace `front`
  /// @param answer values by their labels, as Prometheus writes these
  static void gives(String name, String query, Map<String, Integer> answer)
      throws IOException, InterruptedException {
    ObjectNode file = JSON.createObjectNode().put("evaluation_interval", "15s");
    ObjectNode test = file.putArray("tests").addObject().put("interval", "15s");
    ArrayNode given = test.putArray("input_series");
    SERIES.forEach(
        (series, value) -> given.addObject().put("series", series).put("values", value + "x8"));
    ObjectNode asked =
        test.putArray("promql_expr_test").addObject().put("expr", query).put("eval_time", "1m");
    ArrayNode samples = asked.putArray("exp_samples");
    answer.forEach(
        (labels, value) -> samples.addObject().put("labels", labels).put("value", value));
    Path path = RunningCommand.output(name + "-test.yaml"); // JSON is YAML, too
    Files.writeString(path, JSON.writeValueAsString(file));
    Promtool.passes(name, List.of("test", "rules", path.toString()));
  }
}
