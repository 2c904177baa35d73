package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.sluice.broker.Revocation;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.Resolution;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/// Users as resources: their live connections, the channels they are subscribed to by services, and
/// whether their tokens were revoked. Whatever text may be a user is one; there is none that does
/// not exist.
final class UserPages {
  private final ClusterPort cluster;
  private final Namespaces namespaces;

  UserPages(ClusterPort cluster, Namespaces namespaces) {
    this.cluster = cluster;
    this.namespaces = namespaces;
  }

  List<Resource> resources() {
    return List.of(
        new Resource("GET", "/users/{user}/sessions", this::sessions),
        new Resource("PUT", "/users/{user}/subscriptions/{+channel}", this::subscribe),
        new Resource("DELETE", "/users/{user}/subscriptions/{+channel}", this::unsubscribe),
        new Resource("PUT", "/users/{user}/revocation", this::revoke),
        new Resource("GET", "/users/{user}/revocation", this::revocation),
        new Resource("DELETE", "/users/{user}/revocation", this::forgive));
  }

  private void sessions(Call call) throws InterruptedException {
    Whose whose = Whose.all(call.part("user"));
    LiveConnections live = call.await(LiveConnections.of(cluster, whose.user()));
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("user", whose.user());
    ArrayNode sessions = body.putArray("sessions");
    live.all().forEach(sessions::add);
    if (live.more()) {
      body.put("more", true);
    }
    Missing.tell(live.answers(), body);
    call.answer(Status.OK_200, body);
  }

  private void subscribe(Call call) throws InterruptedException, UndecodableException {
    JsonNode body = call.json();
    Whose whose = new Whose(call.part("user"), text(body, "client"), text(body, "session"));
    tell(call, new NodeCommand.Subscribe(whose, call.part("channel"), since(body)));
  }

  private static Optional<NodeCommand.Since> since(JsonNode body) throws UndecodableException {
    JsonNode since = body.path("recover_since");
    if (since.isMissingNode() || since.isNull()) {
      return Optional.empty();
    }
    if (!since.isObject()) {
      throw new UndecodableException("'recover_since' is not an object");
    }
    JsonNode offset = since.path("offset");
    if (!offset.isIntegralNumber() || !offset.canConvertToLong()) {
      throw new UndecodableException("'offset' is not a whole number");
    }
    return Optional.of(new NodeCommand.Since(text(since, "epoch"), offset.asLong()));
  }

  /// A text; null counts as an empty one, as everywhere. Anything else must not pass for one that
  /// is empty, which stands for any client.
  private static String text(JsonNode json, String field) throws UndecodableException {
    JsonNode text = json.path(field);
    if (text.isMissingNode() || text.isNull()) {
      return "";
    }
    if (!text.isTextual()) {
      throw new UndecodableException("'" + field + "' is not text");
    }
    return text.textValue();
  }

  private void unsubscribe(Call call) throws InterruptedException {
    tell(call, new NodeCommand.Unsubscribe(Whose.all(call.part("user")), call.part("channel")));
  }

  private void tell(Call call, NodeCommand command) throws InterruptedException {
    switch (namespaces.resolve(call.part("channel"))) {
      case Resolution.Invalid(String reason) -> call.problem(Status.NOT_FOUND_404, reason);
      case Resolution.Unknown(String namespace) ->
          call.problem(Status.NOT_FOUND_404, "there is no namespace '" + namespace + "'");
      case Resolution.Found _ ->
          call.told(call.await(cluster.tell(command)), () -> call.done(Status.ACCEPTED_202));
    }
  }

  private void revoke(Call call) throws InterruptedException, UndecodableException {
    String user = Whose.all(call.part("user")).user();
    Instant until = until(call.json().path("until"));
    Instant now = Instant.now();
    if (!until.isAfter(now)) {
      throw new UndecodableException("'until' is " + until + ", which is over");
    }
    RevocationOutcome outcome = call.await(cluster.revoke(user, now, until));
    call.told(outcome.told(), () -> call.answer(Status.OK_200, json(outcome.counts())));
  }

  /// A time as RFC 3339 has it, or seconds since 1970 as tokens do.
  private static Instant until(JsonNode json) throws UndecodableException {
    try {
      if (json.isIntegralNumber()) {
        return Instant.ofEpochSecond(json.asLong());
      }
      if (json.isTextual()) {
        return OffsetDateTime.parse(json.asText()).toInstant();
      }
    } catch (DateTimeException _) {
      // told below
    }
    throw new UndecodableException(
        "'until' is neither a time as in RFC 3339 nor a whole number of seconds since 1970");
  }

  private void revocation(Call call) throws InterruptedException {
    ifRevoked(call).ifPresent(known -> call.answer(Status.OK_200, json(known)));
  }

  private void forgive(Call call) throws InterruptedException {
    Optional<Revocation> revoked = ifRevoked(call);
    if (revoked.isPresent()) {
      call.told(call.await(cluster.forgive(revoked.get())), () -> call.done(Status.NO_CONTENT_204));
    }
  }

  /// Nothing: it was answered that there is none, or that nobody knows.
  private Optional<Revocation> ifRevoked(Call call) throws InterruptedException {
    String user = Whose.all(call.part("user")).user();
    return switch (call.await(cluster.revocation(user))) {
      case RevocationNow.Revoked(Revocation known) -> Optional.of(known);
      case RevocationNow.None() -> {
        call.problem(Status.NOT_FOUND_404, "no token of this user is revoked");
        yield Optional.empty();
      }
      case RevocationNow.Unanswered() -> {
        call.problem(Status.SERVICE_UNAVAILABLE_503, "Kafka does not answer");
        yield Optional.empty();
      }
    };
  }

  private static ObjectNode json(Revocation revocation) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("user", revocation.user())
        .put("issued_before", revocation.issuedBefore().toString())
        .put("until", revocation.until().toString());
  }
}
