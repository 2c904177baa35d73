package io.sluice.perf.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// JSON to [Results].
final class JsonReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonReader() {}

  static Results read(String json) throws IOException {
    JsonPlace root;
    try {
      root = JsonPlace.root(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IOException("not a results file: " + e.getMessage(), e);
    }
    root.hasOnly("run", "rows", "curves");
    RunInfo run = run(root.at("run"));
    var rows = root.at("rows").list(JsonReader::row);
    var curves = root.at("curves").list(JsonReader::curve);
    return root.build(() -> new Results(run, rows, curves));
  }

  private static RunInfo run(JsonPlace place) throws IOException {
    place.hasOnly(
        "started", "took", "command", "rounds", "machine", "versions", "flags", "remarks");
    Instant started = place.at("started").parsed(Instant::parse);
    Duration took = place.at("took").parsed(Duration::parse);
    String command = place.at("command").text();
    int rounds = place.at("rounds").whole();
    var machine = place.at("machine").texts();
    var versions = place.at("versions").texts();
    var flags = place.at("flags").texts();
    var remarks = place.at("remarks").list(JsonPlace::text);
    return place.build(
        () -> new RunInfo(started, took, command, rounds, machine, versions, flags, remarks));
  }

  private static Row row(JsonPlace place) throws IOException {
    place.hasOnly("scenario", "variant", "contender", "metric", "rounds", "note");
    String scenario = place.at("scenario").text();
    String variant = place.at("variant").text();
    String contender = place.at("contender").text();
    Metric metric = metric(place.at("metric"));
    var rounds = place.at("rounds").list(JsonPlace::number);
    String note = place.at("note").text();
    return place.build(() -> new Row(scenario, variant, contender, metric, rounds, note));
  }

  private static Metric metric(JsonPlace place) throws IOException {
    place.hasOnly("name", "unit", "better");
    String name = place.at("name").text();
    String unit = place.at("unit").text();
    Better better = place.at("better").oneOf(Better.values());
    return place.build(() -> new Metric(name, unit, better));
  }

  private static Curve curve(JsonPlace place) throws IOException {
    place.hasOnly("plot", "xLabel", "yLabel", "xScale", "yScale", "contender", "points");
    String plot = place.at("plot").text();
    String xLabel = place.at("xLabel").text();
    String yLabel = place.at("yLabel").text();
    Scale xScale = place.at("xScale").oneOf(Scale.values());
    Scale yScale = place.at("yScale").oneOf(Scale.values());
    String contender = place.at("contender").text();
    var points = place.at("points").list(JsonReader::point);
    return place.build(() -> new Curve(plot, xLabel, yLabel, xScale, yScale, contender, points));
  }

  private static Point point(JsonPlace place) throws IOException {
    place.hasOnly("x", "y");
    double x = place.at("x").number();
    double y = place.at("y").number();
    return place.build(() -> new Point(x, y));
  }
}
