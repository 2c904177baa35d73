package io.sluice.standalone.doctor;

import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.util.HashMap;
import java.util.Map;

/// Configurations for tests.
final class Configurations {
  private Configurations() {}

  /// A good one for this machine, with these keys over it.
  static GatewayConfig with(String... keys) {
    return ConfigLoader.parse(
        """
        kafka.bootstrap-servers: 127.0.0.1:9092
        api.key: 0123456789abcdef
        tokens.hmac-secret: 0123456789abcdef0123456789abcdef
        """,
        Map.of(),
        overlay(keys));
  }

  private static Map<String, String> overlay(String... keys) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < keys.length; i += 2) {
      all.put("sluice." + keys[i], keys[i + 1]);
    }
    return all;
  }
}
