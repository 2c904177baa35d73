package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where other nodes ask this one. Body and answer are JSON.
///
/// Statuses: 200, 400 no JSON, 401 without the key ([KeyCheck]), 404 no such topic, 413 the
/// question is too large, 429 too many at once, 503 no answer, none in time, or one that is too
/// large.
final class QuestionsPage implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(QuestionsPage.class);
  private static final JsonMapper JSON = new JsonMapper();

  /// Questions that are answered at once. They ask the event loops, which answer one after another.
  private static final int MAX_CONCURRENT = 128;

  private final Questions questions;
  private final Semaphore turns = new Semaphore(MAX_CONCURRENT);

  QuestionsPage(Questions questions) {
    this.questions = questions;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/{topic}", this::asked);
  }

  private void asked(ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    Optional<Topic> topic = Topic.named(request.path().pathParameters().get("topic"));
    if (topic.isEmpty()) {
      response.status(Status.NOT_FOUND_404).send();
      return;
    }
    if (!turns.tryAcquire()) {
      response.status(Status.TOO_MANY_REQUESTS_429).send();
      return;
    }
    try {
      answer(topic.get(), request, response);
    } finally {
      turns.release();
    }
  }

  private void answer(Topic topic, ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    byte[] question;
    try (InputStream in = request.content().inputStream()) {
      question = in.readNBytes(Questions.MAX_QUESTION + 1);
    }
    if (question.length > Questions.MAX_QUESTION) {
      response.status(Status.REQUEST_ENTITY_TOO_LARGE_413).send();
      return;
    }
    JsonNode asked;
    try {
      asked = JSON.readTree(question);
    } catch (IOException _) {
      response.status(Status.BAD_REQUEST_400).send();
      return;
    }
    try {
      JsonNode answer =
          questions
              .answer(topic, asked)
              .toCompletableFuture()
              .get(Questions.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      send(topic, answer.toString().getBytes(StandardCharsets.UTF_8), response);
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("a question was not answered topic={}", topic, e);
      response.status(Status.SERVICE_UNAVAILABLE_503).send();
    }
  }

  private static void send(Topic topic, byte[] answer, ServerResponse response) {
    if (answer.length > Questions.MAX_ANSWER) {
      LOG.warn(
          "an answer is too long topic={} bytes={} limit={}",
          topic,
          answer.length,
          Questions.MAX_ANSWER);
      response.status(Status.SERVICE_UNAVAILABLE_503).send();
      return;
    }
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(answer);
  }
}
