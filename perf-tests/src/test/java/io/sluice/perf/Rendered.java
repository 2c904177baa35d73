package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// What a chart has become: resources for Kubernetes.
record Rendered(List<JsonNode> all) {
  /// Where a node finds its secrets.
  static final String SECRETS = "/run/secrets/sluice";

  private static final ObjectMapper JSON = new ObjectMapper();

  Rendered {
    all = List.copyOf(all);
  }

  /// @param yaml documents, one after the other
  static Rendered of(String yaml) {
    List<JsonNode> read = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
      JsonNode resource = JSON.valueToTree(document);
      if (resource.isObject()) { // a template that makes nothing leaves an empty one
        read.add(resource);
      }
    }
    return new Rendered(read);
  }

  /// The items of a list.
  static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  List<String> kinds() {
    return all.stream().map(resource -> resource.path("kind").asText()).toList();
  }

  /// The only one of its kind.
  JsonNode one(String kind) {
    List<JsonNode> found = ofKind(kind);
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  /// The one of its kind with this name.
  JsonNode named(String kind, String name) {
    return ofKind(kind).stream()
        .filter(resource -> resource.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + kinds()));
  }

  List<JsonNode> ofKind(String kind) {
    return all.stream().filter(it -> it.path("kind").asText().equals(kind)).toList();
  }

  /// What a pod of the nodes is made of.
  JsonNode pod() {
    return one("Deployment").at("/spec/template/spec");
  }

  /// The node in it.
  JsonNode container() {
    JsonNode containers = pod().path("containers");
    assertThat(containers).hasSize(1);
    return containers.path(0);
  }

  /// The ConfigMap that pods have their configuration from.
  JsonNode configMap() {
    List<String> names = new ArrayList<>();
    for (JsonNode volume : pod().path("volumes")) {
      if (volume.path("name").asText().equals("config")) {
        names.add(volume.at("/configMap/name").asText());
      }
    }
    assertThat(names).hasSize(1);
    return named("ConfigMap", names.getFirst());
  }

  /// The node's configuration file.
  String sluiceYaml() {
    return configMap().at("/data/sluice.yaml").asText();
  }

  /// The configuration as a node reads it, whose pod has the address 10.1.2.3 or fd00::7.
  ///
  /// @param secrets where the secrets that it is given lie here: each is its key and `-secret`,
  ///   that of tokens twice, but for that of Redis
  GatewayConfig config(Path secrets) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode variable : container().path("env")) {
      environment.put(
          variable.path("name").asText(),
          variable
              .path("value")
              .asText()
              .replace("[$(POD_IP)]", "[fd00::7]")
              .replace("$(POD_IP)", "10.1.2.3"));
    }
    for (JsonNode volume : pod().path("volumes")) {
      for (JsonNode source : volume.at("/projected/sources")) {
        for (JsonNode item : source.at("/secret/items")) {
          String key = item.path("path").asText();
          String secret = key.equals("redis.uri") ? "redis://redis:6379" : key + "-secret";
          Files.writeString(
              secrets.resolve(key), key.startsWith("tokens.") ? secret.repeat(2) : secret);
        }
      }
    }
    String given = "file:" + SECRETS + "/";
    assertThat(sluiceYaml()).contains(given);
    String yaml = sluiceYaml().replace(given, "file:" + secrets + "/");
    return ConfigLoader.parse(yaml, environment, Map.of());
  }
}
