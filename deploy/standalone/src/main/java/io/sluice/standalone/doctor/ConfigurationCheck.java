package io.sluice.standalone.doctor;

import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.Access;
import io.sluice.gateway.config.ApiConfig;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.config.GatewayConfig;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What a node takes and is mostly a mistake: keys that can be guessed, and doors that are open
/// wider than they look. That it can be read at all was seen before.
///
/// @param config the node's
record ConfigurationCheck(GatewayConfig config) implements Check {
  /// A key of letters and digits of this length has some 95 bits.
  private static final int SHORTEST_KEY = 16;

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d+){3}|::1|\\[::1\\]|0:0:0:0:0:0:0:1");

  @Override
  public String name() {
    return CheckNames.CONFIGURATION;
  }

  @Override
  public Set<Part> needs() {
    return Set.of();
  }

  @Override
  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    secrets(findings);
    edge(config.edge(), findings);
    api(config.api(), findings);
    kafka(config.kafka().properties(), findings);
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              name(), "is good; namespaces: " + String.join(", ", config.namespaces().keySet())));
    }
    return findings;
  }

  private void secrets(List<Finding> findings) {
    shortKey("api.key", config.api().key(), findings);
    shortKey("api.second-key", config.api().secondKey(), findings);
    try {
      var _ = new TokenVerifier(config.tokens(), Clock.systemUTC(), Runnable::run, 1);
    } catch (ConfigException e) {
      e.problems().forEach(it -> findings.add(Finding.error(name(), it, "")));
    }
  }

  private void shortKey(String key, String value, List<Finding> findings) {
    if (!value.isEmpty() && value.length() < SHORTEST_KEY) {
      findings.add(
          Finding.warning(
              name(),
              "%s has %d characters: who guesses it may publish to every channel"
                  .formatted(key, value.length()),
              "%d or more, such as from: openssl rand -hex 24".formatted(SHORTEST_KEY)));
    }
  }

  /// Only of what others than this machine reach.
  private void edge(EdgeConfig edge, List<Finding> findings) {
    if (isLoopback(edge.host())) {
      return;
    }
    if (config.tokens().anonymous()) {
      config
          .namespaces()
          .forEach((namespace, policy) -> {
            if (policy.publish() == Access.ANYONE) {
              findings.add(
                  Finding.warning(
                      name(),
                      "tokens.anonymous and namespaces.%s.publish: anyone let the whole world publish"
                          .formatted(namespace),
                      "publish: authenticated"));
            }
          });
    }
    if (edge.allowedOrigins().contains("*")) {
      findings.add(
          Finding.warning(
              name(),
              "edge.allowed-origins: '*' lets pages of every site connect",
              "name the sites that may"));
    }
    if (edge.tokenInUrl()) {
      findings.add(
          Finding.warning(
              name(),
              "edge.token-in-url: true puts tokens where proxies log them",
              "false, or tokens that live for minutes only"));
    }
    if (edge.echo()) {
      findings.add(
          Finding.warning(
              name(),
              "edge.echo: true sends back whatever anybody sends",
              "it is for tests: false"));
    }
  }

  private void api(ApiConfig api, List<Finding> findings) {
    if (api.console() && !isLoopback(api.host())) {
      findings.add(
          Finding.warning(
              name(),
              "api.console: true on %s: it is for development".formatted(api.host()),
              "api.console: false"));
    }
    String told = api.advertised(api.port());
    boolean apart =
        Arrays.stream(config.kafka().bootstrapServers().split(",", -1))
            .anyMatch(it -> !isLoopback(it.strip().replaceFirst(":\\d+$", "")));
    boolean toldOfThisMachine =
        isLoopback(told.replaceFirst("^https?://", "").replaceFirst(":\\d+$", ""));
    if (apart && toldOfThisMachine) {
      findings.add(
          Finding.warning(
              name(),
              "other nodes are told that this one is at %s, where they find nobody, if there are others"
                  .formatted(told),
              "api.host: 0.0.0.0 on a private network, and each node's own address as api.address"));
    }
    if (isLoopback(api.host()) && !toldOfThisMachine) {
      findings.add(
          Finding.warning(
              name(),
              "other nodes are told that this one is at %s, but it listens on api.host: %s, which only this machine reaches"
                  .formatted(told, api.host()),
              "api.host: 0.0.0.0 on a private network"));
    }
  }

  private void kafka(Map<String, String> properties, List<Finding> findings) {
    if (properties.getOrDefault("security.protocol", "").equals("SASL_PLAINTEXT")
        && properties.getOrDefault("sasl.mechanism", "").equals("PLAIN")) {
      findings.add(
          Finding.warning(
              name(),
              "kafka.properties: SASL_PLAINTEXT with PLAIN sends the password as it is",
              "security.protocol: SASL_SSL"));
    }
  }

  private static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
