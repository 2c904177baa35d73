package io.sluice.perf.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What a worker is told to do, one line of JSON each. Every order is answered by one [Report].
sealed interface Order {
  /// Bring clients to life; answered when all are live, or when `limitMs` have passed.
  record Open(Audience audience, int first, int clients, String source, long limitMs)
      implements Order {}

  /// Forget what was measured and begin anew.
  record Measure() implements Order {}

  /// Answer with how many have come since, without latencies or judgements.
  record Count() implements Order {}

  /// Answer with what was measured since.
  record Ask() implements Order {}

  /// Cut this share of the connections (0 to 1) without a word; they stay away for so long, then
  /// come back as SDKs do.
  record Cut(double share, long awayMs) implements Order {}

  /// A node is about to be gone: answered when all that were on it have come back.
  ///
  /// @param node its place in the audience's list
  record Losing(int node) implements Order {}

  /// Unsubscribe and subscribe again, so many times a second, one client after the other; 0 stops.
  record Churn(double perSecond) implements Order {}

  /// Those that stop when they are told to, see [Audience.Reading#STOPPING], no longer read.
  record StopReading() implements Order {}

  /// They read again.
  record ReadAgain() implements Order {}

  /// Judge: nothing more will come.
  ///
  /// @param published how many publications each channel has had
  record Finish(List<Long> published) implements Order {}

  /// End all clients.
  record Close() implements Order {}

  /// A line.
  static String write(Order order) {
    ObjectNode line = Json.MAPPER.valueToTree(order);
    return line.put("order", order.getClass().getSimpleName()).toString();
  }

  /// Of a line.
  static Order read(String line) throws JsonProcessingException {
    ObjectNode order = (ObjectNode) Json.MAPPER.readTree(line);
    JsonNode name = order.remove("order");
    Class<? extends Order> kind =
        switch (name.asText()) {
          case "Open" -> Open.class;
          case "Measure" -> Measure.class;
          case "Count" -> Count.class;
          case "Ask" -> Ask.class;
          case "Cut" -> Cut.class;
          case "Losing" -> Losing.class;
          case "Churn" -> Churn.class;
          case "StopReading" -> StopReading.class;
          case "ReadAgain" -> ReadAgain.class;
          case "Finish" -> Finish.class;
          case "Close" -> Close.class;
          default -> throw new IllegalArgumentException("no such order: " + name);
        };
    return Json.MAPPER.treeToValue(order, kind);
  }

  /// How lines are written and read.
  final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}
  }
}
