package io.sluice.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads configurations for tests, with what every one needs given by the environment, so that
/// their files can be about one thing.
final class Configured {
  static final String SECRET = "0123456789abcdef0123456789abcdef";

  static final Map<String, String> NEEDED =
      Map.of(
          "SLUICE_KAFKA_BOOTSTRAP_SERVERS",
          "kafka:9092",
          "SLUICE_API_KEY",
          "k-1",
          "SLUICE_TOKENS_HMAC_SECRET",
          SECRET);

  private Configured() {}

  static NamespaceConfig namespace(GatewayConfig config, String name) {
    return requireNonNull(config.namespaces().get(name));
  }

  static GatewayConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, NEEDED, Map.of());
  }

  static List<String> problems(String yaml, Map<String, String> env) {
    return catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.parse(yaml, env, Map.of()))
        .problems();
  }

  static Map<String, String> with(String... pairs) {
    Map<String, String> env = new HashMap<>(NEEDED);
    for (int i = 0; i < pairs.length; i += 2) {
      env.put(pairs[i], pairs[i + 1]);
    }
    return env;
  }
}
