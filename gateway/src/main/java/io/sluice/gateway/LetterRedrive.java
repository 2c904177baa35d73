package io.sluice.gateway;

import io.sluice.broker.BridgeSettings;
import io.sluice.broker.Redrive;
import io.sluice.gateway.config.GatewayConfig;

/// Puts dead letters back as the namespaces of a node's configuration say.
public final class LetterRedrive {
  private LetterRedrive() {}

  /// For a configuration.
  public static Redrive of(GatewayConfig config) {
    BridgeSettings settings = PartSettings.bridge(config);
    return new Redrive(settings.kafka(), settings.bindings());
  }
}
