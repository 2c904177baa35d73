package io.sluice.gateway.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which key an environment variable sets. The rule: `SLUICE_`, then the key in upper case with `_`
/// for every `.` and `-`.
///
/// - `SLUICE_EDGE_PORT` is `edge.port`, `SLUICE_KAFKA_BOOTSTRAP_SERVERS` is
///   `kafka.bootstrap-servers`.
/// - `SLUICE_KAFKA_PROPERTIES_…` is `kafka.properties.…` in lower case with `.` for every `_`:
///   `SLUICE_KAFKA_PROPERTIES_SECURITY_PROTOCOL` is `kafka.properties.security.protocol`.
/// - `SLUICE_NAMESPACES_NAME_KEY` belongs to the namespace of the file whose name has that form, or
///   else to a new one, in lower case.
final class EnvironmentNames {
  static final String PREFIX = "SLUICE_";

  /// Set by launchers for themselves.
  private static final Set<String> NOT_SETTINGS = Set.of("SLUICE_ROOT", "SLUICE_JAVA_OPTS");

  /// What Kubernetes sets in every container when a service is called `sluice` or `sluice-…`; one
  /// called `sluice-edge` even sets `SLUICE_EDGE_PORT=tcp://10.0.0.1:8000`.
  private static final Pattern SERVICE_LINK_NAME =
      Pattern.compile(
          "SLUICE_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

  private static final Pattern SERVICE_LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private static final String PROPERTIES = PREFIX + "KAFKA_PROPERTIES_";
  private static final String NAMESPACES = PREFIX + "NAMESPACES_";

  private final Map<String, String> keys = new TreeMap<>();
  private final Map<String, String> namespaceKeys = new TreeMap<>();
  private final Map<String, String> namespaces = new HashMap<>();

  /// @param keys every key of a configuration with the one namespace `default`
  /// @param namespaces names known from other sources
  EnvironmentNames(Collection<String> keys, Collection<String> namespaces) {
    String standard = "namespaces.default.";
    for (String key : keys) {
      if (key.startsWith(standard)) {
        namespaceKeys.put("_" + upper(key.substring(standard.length())), key);
      }
      this.keys.put(PREFIX + upper(key), key);
    }
    for (String name : namespaces) {
      this.namespaces.merge(upper(name), name, (a, b) -> a + " and " + b);
    }
  }

  /// Whether a variable is none of ours although it has the prefix.
  static boolean isForeign(String name, String value) {
    return NOT_SETTINGS.contains(name)
        || SERVICE_LINK_NAME.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_LINK_VALUE.matcher(value).matches());
  }

  /// The key that a variable sets.
  ///
  /// @return nothing when there is no such key
  /// @throws ConfigException when two namespaces have names of that form
  Optional<String> keyOf(String name) {
    if (name.startsWith(PROPERTIES) && name.length() > PROPERTIES.length()) {
      return Optional.of(
          "kafka.properties."
              + name.substring(PROPERTIES.length()).toLowerCase(Locale.ROOT).replace('_', '.'));
    }
    if (name.startsWith(NAMESPACES)) {
      return namespaceKeyOf(name);
    }
    return Optional.ofNullable(keys.get(name));
  }

  private Optional<String> namespaceKeyOf(String name) {
    for (var suffix : namespaceKeys.entrySet()) {
      int end = name.length() - suffix.getKey().length();
      if (name.endsWith(suffix.getKey()) && end > NAMESPACES.length()) {
        String written = name.substring(NAMESPACES.length(), end);
        String namespace = namespaces.getOrDefault(written, written.toLowerCase(Locale.ROOT));
        if (namespace.contains(" and ")) {
          throw new ConfigException(
              List.of("%s: means namespaces %s alike".formatted(name, namespace)));
        }
        return Optional.of(suffix.getValue().replace(".default.", "." + namespace + "."));
      }
    }
    return Optional.empty();
  }

  /// The known variable that looks most like this one.
  String nearest(String name) {
    return NearestKey.to(name, keys.keySet()).orElse(PREFIX);
  }

  private static String upper(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
