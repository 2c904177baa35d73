package io.sluice.perf.stress;

import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.TokenConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

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
