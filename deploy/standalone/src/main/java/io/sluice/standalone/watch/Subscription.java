package io.sluice.standalone.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// One channel and how far it has been read. Confined to its feed's thread.
final class Subscription {
  private final String channel;
  private boolean byServer;
  private boolean recoverable;
  private String epoch = "";
  private long offset;

  Subscription(String channel) {
    this.channel = channel;
  }

  /// Whether the token makes the server subscribe by itself.
  boolean isByServer() {
    return byServer;
  }

  void subscribedByServer() {
    byServer = true;
  }

  boolean hasPosition() {
    return recoverable;
  }

  /// Its `subscribe` request, without the channel. An offset of 0 is left out, as all zero values.
  ObjectNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (recoverable) {
      request.put("recover", true).put("epoch", epoch);
      if (offset > 0) {
        request.put("offset", offset);
      }
    }
    return request;
  }

  /// Takes the server's answer: where the subscription stands and what it had missed.
  List<Step> answered(JsonNode result) {
    List<Step> steps = new ArrayList<>();
    boolean lost =
        result.path("was_recovering").asBoolean() && !result.path("recovered").asBoolean();
    JsonNode missed = result.path("publications");
    recoverable = result.path("recoverable").asBoolean() || result.path("positioned").asBoolean();
    epoch = result.path("epoch").asText();
    offset = result.path("offset").asLong();
    if (lost) {
      steps.add(
          new Step.Tell(
              "%s: publications were lost (the position was too old); going on at offset %d"
                  .formatted(channel, offset)));
    } else {
      steps.add(new Step.Tell("%s: subscribed%s".formatted(channel, standing(missed.size()))));
    }
    for (JsonNode pub : missed) {
      steps.add(published(pub));
    }
    return steps;
  }

  /// Takes a publication.
  Step published(JsonNode pub) {
    Publication publication = Publication.of(channel, pub);
    if (publication.offset() > 0) {
      offset = publication.offset();
    }
    return new Step.Deliver(publication);
  }

  private String standing(int missed) {
    if (!recoverable) {
      return "";
    }
    return missed == 0 ? " at offset " + offset : ", catching up on " + missed + " publications";
  }
}
