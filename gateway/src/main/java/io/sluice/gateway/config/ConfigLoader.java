package io.sluice.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Reads the configuration: the YAML file, over it environment variables with the prefix `SLUICE_`
/// (see [EnvironmentNames] for how keys are written there), over those system properties with the
/// prefix `sluice.` before the key (`-Dsluice.edge.port=8001`).
///
/// In YAML a key is nested or dotted as one likes, also below `kafka.properties`. Lists are YAML
/// lists or text with commas. Sizes are `64KiB`, `1MiB`; durations `500ms`, `10s`, `5m`, `1h`.
/// Secrets (`api.key`, the keys below `tokens`, `redis.uri`, everything below `kafka.properties`)
/// may be references, see [SecretReference].
public final class ConfigLoader {
  private static final String PROPERTY_PREFIX = "sluice.";

  /// Set by the build and the launcher for themselves.
  private static final String INSTALLATION = "sluice.root";

  private ConfigLoader() {}

  /// Reads a file, the environment and the system properties of this process.
  ///
  /// @throws ConfigException listing everything that is wrong
  public static GatewayConfig load(Path yaml) {
    String text;
    try {
      text = Files.readString(yaml);
    } catch (IOException e) {
      throw new ConfigException(
          List.of("the configuration file '" + yaml + "' cannot be read (" + e + ")"));
    }
    return parse(text, System.getenv(), systemProperties());
  }

  /// The files that secrets are in, wherever this process' configuration refers to them; without
  /// those of a file that cannot be read.
  public static SequencedSet<Path> secretFiles(Path yaml) {
    String text;
    try {
      text = Files.readString(yaml);
    } catch (IOException _) {
      text = ""; // loading it says so
    }
    return secretFiles(text, System.getenv(), systemProperties());
  }

  static SequencedSet<Path> secretFiles(
      String yaml, Map<String, String> env, Map<String, String> systemProperties) {
    SequencedSet<Path> files = new TreeSet<>();
    Consumer<String> note = value -> SecretReference.file(value.strip()).ifPresent(files::add);
    try {
      YamlSource.read(yaml).values().forEach(note);
    } catch (ConfigException _) {
      // loading it says so
    }
    env.forEach((name, value) -> {
      if (name.startsWith(EnvironmentNames.PREFIX)) {
        note.accept(value);
      }
    });
    systemProperties.forEach((name, value) -> {
      if (name.startsWith(PROPERTY_PREFIX)) {
        note.accept(value);
      }
    });
    return files;
  }

  private static Map<String, String> systemProperties() {
    Properties properties = System.getProperties();
    Map<String, String> found = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> found.put(name, properties.getProperty(name)));
    return found;
  }

  /// The same from given sources.
  ///
  /// @throws ConfigException listing everything that is wrong
  public static GatewayConfig parse(
      String yaml, Map<String, String> env, Map<String, String> systemProperties) {
    SortedMap<String, String> given = YamlSource.read(yaml);
    Map<String, String> setBy = new HashMap<>();
    List<String> problems = new ArrayList<>();
    overlayEnvironment(given, env, setBy, problems);
    overlayProperties(given, systemProperties, setBy);

    Settings settings = new Settings(given, env);
    var config = GatewayConfig.read(settings);
    settings.reportUnknown();
    settings.problems().forEach(problem -> problems.add(withSource(problem, setBy)));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config.orElseThrow();
  }

  /// Every key there is, in order, with the namespace `default` standing for all namespaces.
  static SequencedSet<String> keys() {
    Settings nothing = new Settings(new TreeMap<>(), Map.of());
    GatewayConfig.read(nothing);
    return nothing.known();
  }

  private static void overlayEnvironment(
      Map<String, String> given,
      Map<String, String> env,
      Map<String, String> setBy,
      List<String> problems) {
    EnvironmentNames names = new EnvironmentNames(keys(), namespaces(given.keySet()));
    new TreeMap<>(env)
        .forEach((name, value) -> {
          if (!name.startsWith(EnvironmentNames.PREFIX)
              || EnvironmentNames.isForeign(name, value)) {
            return;
          }
          try {
            names
                .keyOf(name)
                .ifPresentOrElse(
                    key -> {
                      given.put(key, value);
                      setBy.put(key, name);
                    },
                    () -> problems.add(unknown(name, value, names)));
          } catch (ConfigException e) {
            problems.addAll(e.problems());
          }
        });
  }

  private static String unknown(String name, String value, EnvironmentNames names) {
    return "%s: unknown environment variable (value %s); the nearest known one is %s"
        .formatted(name, Listing.shown(name, value), names.nearest(name));
  }

  private static void overlayProperties(
      Map<String, String> given, Map<String, String> properties, Map<String, String> setBy) {
    properties.forEach((name, value) -> {
      if (name.startsWith(PROPERTY_PREFIX) && !name.equals(INSTALLATION)) {
        String key = name.substring(PROPERTY_PREFIX.length());
        given.put(key, value);
        setBy.put(key, "-D" + name);
      }
    });
  }

  private static Collection<String> namespaces(Collection<String> keys) {
    Collection<String> names = new TreeSet<>();
    for (String key : keys) {
      if (key.startsWith("namespaces.")) {
        names.add(key.split("\\.", 3)[1]);
      }
    }
    return names;
  }

  /// A wrong value is looked for where it was set, which need not be the file.
  private static String withSource(String problem, Map<String, String> setBy) {
    int end = problem.indexOf(": ");
    String source = end < 0 ? null : setBy.get(problem.substring(0, end));
    return source == null ? problem : problem + " (set by " + source + ")";
  }
}
