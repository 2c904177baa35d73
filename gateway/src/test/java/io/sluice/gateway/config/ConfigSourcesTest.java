package io.sluice.gateway.config;

import static io.sluice.gateway.config.Configured.namespace;
import static io.sluice.gateway.config.Configured.problems;
import static io.sluice.gateway.config.Configured.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The environment and system properties over the file.
final class ConfigSourcesTest {
  @Test
  void environmentWinsOverFileAndSystemPropertiesOverBoth() {
    String file = "edge: {port: 1, max-channels: 1, loops: 1}";
    GatewayConfig config =
        ConfigLoader.parse(
            file,
            with("SLUICE_EDGE_PORT", "2", "SLUICE_EDGE_MAX_CHANNELS", "2", "PATH", "/bin"),
            Map.of("sluice.edge.port", "3", "java.version", "25"));

    assertThat(config.edge().port()).isEqualTo(3);
    assertThat(config.edge().maxChannels()).isEqualTo(2);
    assertThat(config.edge().loops()).isEqualTo(1);
  }

  @Test
  void listsInTheEnvironmentAreSeparatedByCommasAndReplaceTheFiles() {
    GatewayConfig config =
        ConfigLoader.parse(
            "edge: {allowed-origins: [\"https://old.example\"]}",
            with("SLUICE_EDGE_ALLOWED_ORIGINS", "https://a.example, https://b.example"),
            Map.of());

    assertThat(config.edge().allowedOrigins())
        .containsExactly("https://a.example", "https://b.example");
  }

  @Test
  void environmentReachesNamespacesWhateverTheirNamesForm() {
    GatewayConfig config =
        ConfigLoader.parse(
            "namespaces: {Big-Orders: {topic: orders}}",
            with(
                "SLUICE_NAMESPACES_BIG_ORDERS_JOIN_LEAVE", "true",
                "SLUICE_NAMESPACES_NEW_ONE_TOPIC", "new"),
            Map.of());

    assertThat(config.namespaces()).containsOnlyKeys("Big-Orders", "new_one");
    assertThat(namespace(config, "Big-Orders").joinLeave()).isTrue();
    assertThat(namespace(config, "new_one").topic()).isEqualTo("new");
  }

  @Test
  void aVariableThatMeansTwoNamespacesIsRefused() {
    List<String> problems =
        problems(
            "namespaces: {a-b: {topic: x}, a_b: {topic: y}}",
            with("SLUICE_NAMESPACES_A_B_HISTORY", "false"));

    assertThat(problems)
        .containsExactly("SLUICE_NAMESPACES_A_B_HISTORY: means namespaces a-b and a_b alike");
  }

  @Test
  void everyKeyHasAnEnvironmentNameOfItsOwn() {
    EnvironmentNames names = new EnvironmentNames(ConfigLoader.keys(), List.of());

    for (String key : ConfigLoader.keys()) {
      String name =
          "SLUICE_" + key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
      assertThat(names.keyOf(name)).as(name).contains(key);
    }
  }

  @Test
  void variablesOfKubernetesServicesAreNotSettings() {
    GatewayConfig config =
        ConfigLoader.parse(
            "",
            with(
                "SLUICE_SERVICE_HOST", "10.0.0.1",
                "SLUICE_SERVICE_PORT", "8000",
                "SLUICE_PORT", "tcp://10.0.0.1:8000",
                "SLUICE_PORT_8000_TCP_ADDR", "10.0.0.1",
                "SLUICE_EDGE_SERVICE_PORT_WS", "8000",
                "SLUICE_EDGE_PORT", "tcp://10.0.0.1:8000"),
            Map.of());

    assertThat(config.edge().port()).isEqualTo(8000);
  }
}
