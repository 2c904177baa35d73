package io.sluice.gateway.config;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/// The configuration file as flat `key → text` pairs. Helidon Config reads it, so nested keys and
/// dotted ones (`a: {b: 1}` and `a.b: 1`) are the same. A list becomes its items joined by commas.
final class YamlSource {
  private YamlSource() {}

  /// @throws ConfigException for text that is no YAML mapping, or has a key twice
  static SortedMap<String, String> read(String yaml) {
    checkForm(yaml);
    // Values are taken as they are: '$' is an ordinary character of a password.
    Config config =
        Config.builder()
            .disableEnvironmentVariablesSource()
            .disableSystemPropertiesSource()
            .disableKeyResolving()
            .disableValueResolving()
            .disableFilterServices()
            .addSource(ConfigSources.create(yaml, MediaTypes.APPLICATION_X_YAML))
            .build();
    SortedMap<String, String> flat = new TreeMap<>();
    collect(config, flat);
    return flat;
  }

  /// An empty section (`edge:`, `edge: {}`) is kept as an empty text: a namespace may be one.
  private static void collect(Config node, Map<String, String> flat) {
    String key = node.key().toString();
    List<Config> children = node.isLeaf() ? List.of() : node.asNodeList().orElse(List.of());
    if (node.type() == Config.Type.LIST && children.stream().allMatch(Config::isLeaf)) {
      flat.put(key, children.stream().map(YamlSource::text).collect(Collectors.joining(",")));
      return;
    }
    if (!key.isEmpty() && (node.hasValue() || children.isEmpty())) {
      flat.put(key, text(node));
    }
    children.forEach(child -> collect(child, flat));
  }

  private static String text(Config node) {
    return node.asString().orElse("");
  }

  /// Helidon's parser lets a second `edge:` replace the first one silently, and its messages quote
  /// the file, secrets included. So the form is looked at first.
  private static void checkForm(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      Object root = new Yaml(new SafeConstructor(options)).load(yaml);
      if (root != null && !(root instanceof Map)) {
        throw new ConfigException(List.of("the file is not a YAML mapping of keys to values"));
      }
    } catch (MarkedYAMLException e) {
      throw new ConfigException(List.of("the file is not YAML: " + e.getProblem() + at(e)));
    } catch (YAMLException _) {
      throw new ConfigException(List.of("the file is not YAML: it has characters YAML forbids"));
    }
  }

  private static String at(MarkedYAMLException e) {
    Mark mark = e.getProblemMark();
    return mark == null
        ? ""
        : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
  }
}
