package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The runs of `./sluice bench` that are kept with the guides. Immutable.
final class MeasuredFigures {
  /// Between the four parts of a [Place].
  static final String BETWEEN = " · ";

  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);

  /// Where a figure stands in `results.json`.
  record Place(String scenario, String variant, String figure, String contender) {
    /// As a guide cites it: `scenario · variant · figure · contender`.
    ///
    /// @throws IllegalArgumentException when it has not four parts
    static Place of(String cited) {
      String[] parts = cited.split(BETWEEN, -1);
      if (parts.length != 4) {
        throw new IllegalArgumentException(
            "no 'scenario · variant · figure · contender': " + cited);
      }
      return new Place(parts[0], parts[1], parts[2], parts[3]);
    }
  }

  /// What a run says of a place.
  ///
  /// @param value the median of its rounds, of three digits
  /// @param path of its `results.json`, as guides link to it
  record Found(BigDecimal value, String path) {}

  private record Run(String path, JsonNode rows) {}

  /// The newest first.
  private final List<Run> runs;

  private MeasuredFigures(List<Run> runs) {
    this.runs = List.copyOf(runs);
  }

  /// Reads those in `results`, a folder of folders that have a date as their names.
  static MeasuredFigures in(Path results) throws IOException {
    try (Stream<Path> folders = Files.list(results)) {
      List<String> dates =
          folders
              .map(it -> it.getFileName().toString())
              .filter(it -> it.matches("\\d{4}-\\d\\d-\\d\\d"))
              .sorted(Comparator.reverseOrder())
              .toList();
      List<Run> runs = new ArrayList<>();
      for (String date : dates) {
        Path file = results.resolve(date).resolve("results.json");
        runs.add(
            new Run(
                "results/%s/results.json".formatted(date),
                new ObjectMapper().readTree(file.toFile()).path("rows")));
      }
      return new MeasuredFigures(runs);
    }
  }

  /// What the newest run says that has measured it: a later one may be of a few scenarios only.
  ///
  /// @throws IllegalArgumentException when none has
  Found newest(Place place) {
    for (Run run : runs) {
      double[] rounds =
          StreamSupport.stream(run.rows().spliterator(), false)
              .filter(row -> isAt(place, row))
              .flatMap(row -> StreamSupport.stream(row.path("rounds").spliterator(), false))
              .mapToDouble(JsonNode::asDouble)
              .sorted()
              .toArray();
      if (rounds.length > 0) {
        double median = (rounds[(rounds.length - 1) / 2] + rounds[rounds.length / 2]) / 2;
        return new Found(BigDecimal.valueOf(median).round(THREE_DIGITS), run.path());
      }
    }
    throw new IllegalArgumentException("no run has measured " + place);
  }

  private static boolean isAt(Place place, JsonNode row) {
    return row.path("scenario").asText().equals(place.scenario())
        && row.path("variant").asText().equals(place.variant())
        && row.path("metric").path("name").asText().equals(place.figure())
        && row.path("contender").asText().equals(place.contender());
  }
}
