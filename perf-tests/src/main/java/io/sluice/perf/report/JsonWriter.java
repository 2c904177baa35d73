package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// [Results] to JSON.
final class JsonWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonWriter() {}

  static String write(Results results) {
    return """
    {
    "run": %s,
    "rows": %s,
    "curves": %s
    }
    """
        .formatted(
            run(results.run()).toPrettyString(),
            lines(results.rows(), JsonWriter::row),
            lines(results.curves(), JsonWriter::curve));
  }

  private static <T> String lines(List<T> values, Function<T, ObjectNode> node) {
    return values.stream()
        .map(value -> node.apply(value).toString())
        .collect(joining(",\n", "[\n", "\n]"));
  }

  private static ObjectNode run(RunInfo run) {
    ObjectNode node = NODES.objectNode();
    node.put("started", run.started().toString());
    node.put("took", run.took().toString());
    node.put("command", run.command());
    node.put("rounds", run.rounds());
    node.set("machine", texts(run.machine()));
    node.set("versions", texts(run.versions()));
    node.set("flags", texts(run.flags()));
    ArrayNode remarks = node.putArray("remarks");
    run.remarks().forEach(remarks::add);
    return node;
  }

  private static ObjectNode texts(Map<String, String> texts) {
    ObjectNode node = NODES.objectNode();
    texts.forEach(node::put);
    return node;
  }

  private static ObjectNode row(Row row) {
    ObjectNode node = NODES.objectNode();
    node.put("scenario", row.scenario());
    node.put("variant", row.variant());
    node.put("contender", row.contender());
    ObjectNode metric = node.putObject("metric");
    metric.put("name", row.metric().name());
    metric.put("unit", row.metric().unit());
    metric.put("better", row.metric().better().name());
    ArrayNode rounds = node.putArray("rounds");
    row.rounds().forEach(rounds::add);
    node.put("note", row.note());
    return node;
  }

  private static ObjectNode curve(Curve curve) {
    ObjectNode node = NODES.objectNode();
    node.put("plot", curve.plot());
    node.put("xLabel", curve.xLabel());
    node.put("yLabel", curve.yLabel());
    node.put("xScale", curve.xScale().name());
    node.put("yScale", curve.yScale().name());
    node.put("contender", curve.contender());
    ArrayNode points = node.putArray("points");
    for (Point point : curve.points()) {
      points.addObject().put("x", point.x()).put("y", point.y());
    }
    return node;
  }
}
