package io.sluice.perf.stress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.TokenConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The cluster that is under load. Any thread.
///
/// @param edges where clients connect
/// @param apis of the same nodes
/// @param key of the API
/// @param secret what tokens are signed with; empty: clients have none
/// @param kafka bootstrap servers; empty where they are not known
/// @param redis URI; empty where it is not known
record StressTarget(
    List<URI> edges, List<URI> apis, String key, String secret, String kafka, String redis) {
  private static final Duration TOKENS = Duration.ofDays(1);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  StressTarget {
    edges = List.copyOf(edges);
    apis = List.copyOf(apis);
  }

  /// Asks each node's API once.
  ///
  /// @throws IOException naming one that does not answer
  void demandReachable() throws IOException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (URI one : apis) {
        MetricsPage.of(http, one);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// The versions of all nodes, as the first one tells.
  ///
  /// @return `unknown` when it does not
  String version() throws IOException {
    HttpRequest question =
        HttpRequest.newBuilder(api().resolve("/api/info"))
            .timeout(ANSWER)
            .header("X-API-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      JsonNode answer =
          new ObjectMapper().readTree(http.send(question, BodyHandlers.ofString()).body());
      Set<String> versions = new TreeSet<>();
      answer
          .path("result")
          .path("nodes")
          .forEach(node -> versions.add(node.path("version").asText("unknown")));
      return versions.isEmpty() ? "unknown" : String.join(", ", versions);
    } catch (IOException _) {
      return "unknown"; // it is no reason to lose a report
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// The API of the first node.
  URI api() {
    return apis.getFirst();
  }

  /// A user's token; empty where there is no secret.
  String token(String user) {
    return secret.isEmpty()
        ? ""
        : new TokenSigner(
                new TokenConfig(secret, "", "", "", "", /* anonymous= */ false), Clock.systemUTC())
            .sign(user, TOKENS, List.of());
  }
}
