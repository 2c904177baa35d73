package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.broker.ByteSize;
import io.sluice.gateway.config.Namespaces;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The description of the API and what the API does.
final class OpenApiTest {
  private static final TestApi API = new TestApi();
  private static final JsonNode DESCRIPTION = read();

  @AfterAll
  static void close() {
    API.close();
  }

  private static JsonNode read() {
    HttpResponse<String> answer =
        API.send(API.request("/api/openapi.json").header("X-API-Key", TestApi.KEY).GET());
    assertThat(answer.statusCode()).isEqualTo(200);
    try {
      return new ObjectMapper().readTree(answer.body());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /// Such as `GET /api/v1/nodes`.
  private static Set<String> documented() {
    Set<String> all = new TreeSet<>();
    DESCRIPTION
        .path("paths")
        .forEachEntry((path, verbs) ->
            verbs.forEachEntry((verb, _) -> all.add(verb.toUpperCase(Locale.ROOT) + " " + path)));
    return all;
  }

  @Test
  void everyRouteIsDescribedAndNothingElse() {
    Set<String> routes = new TreeSet<>(List.of("POST /api", "GET " + OpenApiPage.PATH));
    Arrays.stream(Method.values()).forEach(method -> routes.add("POST /api/" + method.text));
    Namespaces none = new Namespaces(Map.of(), 255);
    Commands commands = new Commands(API.node, none, ByteSize.kib(1));
    ApiServer.resources(none, API.node, commands).forEach(resource -> routes.add(resource.title()));
    assertThat(documented()).isEqualTo(routes);
  }

  /// With whatever stands for the names in its path, and a body that says nothing: the answer is
  /// one of those that are described, and as it is described.
  @Test
  void everyDescribedOperationAnswersWithAStatusThatIsDescribed() {
    for (String operation : documented()) {
      String verb = operation.substring(0, operation.indexOf(' '));
      String path = operation.substring(operation.indexOf(' ') + 1);
      String called = path.replace("{channel}", "news").replaceAll("\\{[a-z]+\\}", "x");
      HttpResponse<String> answer =
          API.send(
              API.request(called)
                  .header("X-API-Key", TestApi.KEY)
                  .method(verb, BodyPublishers.ofString(path.equals("/api") ? "" : "{}")));
      JsonNode described =
          DESCRIPTION
              .path("paths")
              .path(path)
              .path(verb.toLowerCase(Locale.ROOT))
              .path("responses")
              .path("" + answer.statusCode());
      assertThat(described.isMissingNode()).as(operation + " " + answer.statusCode()).isFalse();
      JsonNode response = resolved(described);
      String type = answer.headers().firstValue("Content-Type").orElse("none");
      if (response.has("content")) {
        assertThat(response.path("content").has(type)).as(operation + " " + type).isTrue();
      } else {
        assertThat(answer.body()).as(operation).isEmpty();
      }
      assertThat(API.send(API.request(called).method(verb, BodyPublishers.noBody())).statusCode())
          .as(operation + " without the key")
          .isEqualTo(401);
    }
  }

  @Test
  void everyReferenceLeadsSomewhereAndOperationsHaveNamesOfTheirOwn() {
    List<String> references = new ArrayList<>();
    DESCRIPTION.findValues("$ref").forEach(reference -> references.add(reference.asText()));
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(reference ->
            assertThat(DESCRIPTION.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    List<String> ids = DESCRIPTION.findValuesAsText("operationId");
    assertThat(new HashSet<>(ids)).hasSize(ids.size()).hasSize(documented().size());
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? DESCRIPTION.at(node.path("$ref").asText().substring(1)) : node;
  }
}
