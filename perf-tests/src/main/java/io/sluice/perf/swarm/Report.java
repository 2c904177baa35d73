package io.sluice.perf.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.perf.check.Claim;
import io.sluice.perf.check.Violation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// What a worker answers; what several answer is added up.
///
/// @param clients that were opened
/// @param live of them: connected and all subscribes answered
/// @param received publications since the last [Order.Measure]
/// @param lastAt when the last one came, see [io.sluice.perf.load.Payload]; 0 if none has
/// @param connectingAt when the first client began to connect since then; 0 if none has
/// @param histogram of the µs from the moment each was due to be sent, in HdrHistogram's compressed
///   form, base64
/// @param recoveries of those that a client had missed: of the µs since it began to connect
/// @param returns of clients that lost their connections: of the µs until they were live again
/// @param ends how connections ended since the audience was opened, by close code or reason
/// @param verdicts answers to subscribes since then: `fresh`, `recovered`, `lost`
/// @param errors error replies and whatever else was not understood, by text
/// @param missing publications that never came, in an answer to [Order.Finish]
/// @param claims what clients that began in the middle rely on, in an answer to [Order.Finish]
/// @param violations what the checkers found since the audience was opened
/// @param cpuNs processor time of this worker since it started
/// @param tookMs what was ordered took so long
public record Report(
    int clients,
    int live,
    long received,
    long lastAt,
    long connectingAt,
    String histogram,
    String recoveries,
    String returns,
    Map<String, Long> ends,
    Map<String, Long> verdicts,
    Map<String, Long> errors,
    long missing,
    List<Violation> violations,
    List<Claim> claims,
    long cpuNs,
    long tookMs) {
  /// Latencies from 1 µs to a minute, to three digits.
  static Histogram emptyHistogram() {
    return new Histogram(1, 60_000_000, 3);
  }

  String write() throws JsonProcessingException {
    return Order.Json.MAPPER.writeValueAsString(this);
  }

  static Report read(String line) throws JsonProcessingException {
    return Order.Json.MAPPER.readValue(line, Report.class);
  }

  static String packed(Histogram histogram) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), length));
  }

  /// The latencies, in µs; none in an answer to [Order.Count].
  public Histogram latencies() {
    return unpacked(histogram);
  }

  /// How long after a client had begun to connect each publication that it had missed came, in µs;
  /// none in an answer to [Order.Count].
  public Histogram recoveryTimes() {
    return unpacked(recoveries);
  }

  /// How long after a client had lost its connection it was live again, in µs; none in an answer to
  /// [Order.Count].
  public Histogram returnTimes() {
    return unpacked(returns);
  }

  private static Histogram unpacked(String packed) {
    if (packed.isEmpty()) {
      return emptyHistogram();
    }
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(packed)), 60_000_000);
    } catch (DataFormatException e) {
      throw new IllegalStateException("a worker sent a broken histogram", e);
    }
  }

  /// Both together.
  Report plus(Report other) {
    Histogram latencies = latencies();
    latencies.add(other.latencies());
    Histogram recovering = recoveryTimes();
    recovering.add(other.recoveryTimes());
    Histogram returning = returnTimes();
    returning.add(other.returnTimes());
    List<Violation> all = new ArrayList<>(violations);
    all.addAll(other.violations);
    List<Claim> claimed = new ArrayList<>(claims);
    claimed.addAll(other.claims);
    return new Report(
        clients + other.clients,
        live + other.live,
        received + other.received,
        Math.max(lastAt, other.lastAt),
        earlier(connectingAt, other.connectingAt),
        packed(latencies),
        packed(recovering),
        packed(returning),
        sum(ends, other.ends),
        sum(verdicts, other.verdicts),
        sum(errors, other.errors),
        missing + other.missing,
        List.copyOf(all),
        List.copyOf(claimed),
        cpuNs + other.cpuNs,
        Math.max(tookMs, other.tookMs));
  }

  private static long earlier(long a, long b) {
    return a == 0 || b == 0 ? Math.max(a, b) : Math.min(a, b);
  }

  private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> sum = new TreeMap<>(a);
    b.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }

  /// Connections that ended, however.
  public long ended() {
    return ends.values().stream().mapToLong(Long::longValue).sum();
  }
}
