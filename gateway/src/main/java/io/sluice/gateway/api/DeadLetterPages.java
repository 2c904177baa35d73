package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.sluice.broker.DeadLetterReport;
import io.sluice.broker.StoredLetter;
import java.util.List;

/// The records that could not be delivered, as the dead-letter topic has them: how many, and the
/// newest. No keys and no payloads: those are in the topic itself. Read at most once in 5 s.
final class DeadLetterPages {
  private static final int BY_DEFAULT = 20;
  private static final int MOST = 100;

  private final NodePort node;

  DeadLetterPages(NodePort node) {
    this.node = node;
  }

  List<Resource> resources() {
    return List.of(new Resource("GET", "/dead-letters", this::all));
  }

  private void all(Call call) throws InterruptedException {
    int limit = limit(call.query("limit"));
    switch (call.await(node.deadLetters())) {
      case DeadLetterReport.Known known -> call.answer(Status.OK_200, json(known, limit));
      case DeadLetterReport.Unread(String why) -> call.problem(Status.SERVICE_UNAVAILABLE_503, why);
    }
  }

  private static int limit(String text) {
    if (text.isEmpty()) {
      return BY_DEFAULT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 0 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException("'limit' is not a whole number from 0 to " + MOST);
  }

  private static ObjectNode json(DeadLetterReport.Known known, int limit) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("total", known.counts().stream().mapToInt(DeadLetterReport.Count::letters).sum());
    body.put("complete", known.complete());
    body.put("redriven", known.redriven());
    ArrayNode counts = body.putArray("counts");
    for (DeadLetterReport.Count count : known.counts()) {
      counts
          .addObject()
          .put("topic", count.topic())
          .put("namespace", count.namespace())
          .put("reason", count.reason().wireName())
          .put("count", count.letters());
    }
    ArrayNode newest = body.putArray("newest");
    known.newest().stream().limit(limit).forEach(letter -> newest.add(json(letter)));
    return body;
  }

  private static ObjectNode json(StoredLetter letter) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("topic", letter.place().topic())
        .put("partition", letter.place().partition())
        .put("offset", letter.place().offset())
        .put("namespace", letter.namespace())
        .put("reason", letter.reason().wireName())
        .put("detail", letter.detail())
        .put("time", letter.time().toString())
        .put("key_size", letter.keySize())
        .put("value_size", letter.valueSize());
  }
}
