package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.sluice.gateway.config.LogConfig;
import io.sluice.gateway.logs.LogLevels;
import io.sluice.gateway.logs.LogLevels.LoggerLevel;
import io.sluice.gateway.logs.LogLevels.Outcome;
import java.time.Duration;
import java.util.List;

/// Levels of the asked node's loggers, for a while; what stays is configuration.
final class LoggerPages {
  private final LogLevels levels = LogLevels.ofProcess();

  List<Resource> resources() {
    return List.of(
        new Resource("GET", "/loggers", this::all),
        new Resource("PUT", "/loggers/{logger}", this::change),
        new Resource("DELETE", "/loggers/{logger}", this::end));
  }

  private void all(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode loggers = body.putArray("loggers");
    levels.all().forEach(one -> loggers.add(json(one)));
    call.answer(Status.OK_200, body);
  }

  private void change(Call call) throws UndecodableException {
    JsonNode body = call.json();
    String logger = call.part("logger");
    switch (levels.ask(logger, level(body.path("level")), length(body.path("seconds")))) {
      case Outcome.Taken(LoggerLevel now) -> call.answer(Status.OK_200, json(now));
      case Outcome.NoLogger() ->
          call.problem(Status.NOT_FOUND_404, "there is no logger of this name");
      case Outcome.TooMany() ->
          call.problem(
              Status.CONFLICT_409,
              LogLevels.MOST + " loggers have another level already: end one of these");
    }
  }

  private static String level(JsonNode json) throws UndecodableException {
    if (!json.isTextual() || !LogConfig.LEVELS.contains(json.textValue())) {
      throw new UndecodableException("'level' is none of off, error, warn, info, debug, trace");
    }
    return json.textValue();
  }

  private static Duration length(JsonNode json) throws UndecodableException {
    if (json.isMissingNode() || json.isNull()) {
      return LogLevels.USUAL;
    }
    long most = LogLevels.LONGEST.toSeconds();
    if (!json.isIntegralNumber()
        || !json.canConvertToLong()
        || json.longValue() < 1
        || json.longValue() > most) {
      throw new UndecodableException("'seconds' is no whole number from 1 to " + most);
    }
    return Duration.ofSeconds(json.longValue());
  }

  private void end(Call call) {
    if (levels.end(call.part("logger"))) {
      call.done(Status.NO_CONTENT_204);
    } else {
      call.problem(Status.NOT_FOUND_404, "nobody has asked for another level of this logger");
    }
  }

  private static ObjectNode json(LoggerLevel one) {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("logger", one.logger()).put("level", one.level());
    one.until().ifPresent(until -> json.put("until", until.toString()));
    return json;
  }
}
