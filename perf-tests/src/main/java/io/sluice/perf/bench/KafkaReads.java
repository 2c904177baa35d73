package io.sluice.perf.bench;

import io.sluice.perf.report.Metric;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// What a server asked Kafka for because of clients that came back, counted by itself: readings of
/// the log below what it had in memory, and questions where the log begins or ends. One thread.
final class KafkaReads {
  private static final String SCANS = "sluice_replay_scans_total";
  private static final String RECORDS = "sluice_replay_records_total";
  private static final String BYTES = "sluice_replay_bytes_total";
  private static final String SECONDS = "sluice_replay_seconds_total";
  private static final String QUESTIONS = "sluice_log_questions_total";

  private static final double MB = 1e6;

  private final Contender contender;
  private final Map<String, Double> before = new LinkedHashMap<>();

  private KafkaReads(Contender contender) {
    this.contender = contender;
  }

  /// Counts from now on.
  static KafkaReads fromNow(Contender contender) throws IOException {
    KafkaReads reads = new KafkaReads(contender);
    for (String counter : new String[] {SCANS, RECORDS, BYTES, SECONDS, QUESTIONS}) {
      reads.before.put(counter, contender.metric(counter).orElse(0));
    }
    return reads;
  }

  /// Counts since the server was started.
  static KafkaReads fromStart(Contender contender) {
    return new KafkaReads(contender);
  }

  /// Notes what there was.
  void found(Lab lab, Scenario scenario, String variant) throws IOException {
    count(lab, scenario, variant, Figures.SCANS, SCANS);
    count(lab, scenario, variant, Figures.READ_AGAIN, RECORDS);
    count(lab, scenario, variant, Figures.QUESTIONS, QUESTIONS);
    rate(lab, scenario, variant, Figures.REPLAYED, since(RECORDS));
    OptionalDouble bytes = since(BYTES);
    rate(
        lab,
        scenario,
        variant,
        Figures.REPLAYED_BYTES,
        bytes.isPresent() ? OptionalDouble.of(bytes.getAsDouble() / MB) : bytes);
  }

  private OptionalDouble since(String counter) throws IOException {
    OptionalDouble now = contender.metric(counter);
    return now.isPresent()
        ? OptionalDouble.of(now.getAsDouble() - before.getOrDefault(counter, 0.0))
        : now;
  }

  private void count(Lab lab, Scenario scenario, String variant, Metric figure, String counter)
      throws IOException {
    OptionalDouble count = since(counter);
    if (count.isPresent()) {
      lab.found(scenario, variant, contender, figure, count.getAsDouble());
    } else {
      lab.note(scenario, variant, contender, figure, "not told");
    }
  }

  /// While scans were reading, their waiting for readers included.
  private void rate(
      Lab lab, Scenario scenario, String variant, Metric figure, OptionalDouble amount)
      throws IOException {
    double seconds = since(SECONDS).orElse(0);
    if (amount.isPresent() && seconds > 0) {
      lab.found(scenario, variant, contender, figure, amount.getAsDouble() / seconds);
    } else {
      lab.note(scenario, variant, contender, figure, "nothing read");
    }
  }
}
