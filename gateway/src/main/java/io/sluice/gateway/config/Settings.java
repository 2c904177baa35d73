package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Typed reading of flat `key → text` pairs. Reading a key is also what makes it known, so the keys
/// and their defaults stand in one place: where the records are read. Problems are collected, and a
/// value that cannot be read is replaced by its default so that reading goes on. For one thread.
final class Settings {
  private final SortedMap<String, String> given;
  private final UnaryOperator<String> references;
  private final SequencedSet<String> known = new LinkedHashSet<>();
  private final TreeSet<String> openPrefixes = new TreeSet<>();
  private final TreeSet<String> secrets = new TreeSet<>();
  private final SequencedSet<String> problems = new LinkedHashSet<>();

  /// @param given the values of all sources, already laid over one another
  /// @param environment where `env:` references look
  Settings(SortedMap<String, String> given, Map<String, String> environment) {
    this(given, new SecretReference(environment)::resolve);
  }

  private Settings(SortedMap<String, String> given, UnaryOperator<String> references) {
    this.given = given;
    this.references = references;
  }

  /// Of values that are no references any more.
  static Settings ofValues(SortedMap<String, String> values) {
    return new Settings(values, UnaryOperator.identity());
  }

  String text(String key, String byDefault) {
    return read(key, byDefault, Function.identity());
  }

  /// A value that is never shown and may be a reference; "" when it is not set.
  String secret(String key) {
    known.add(key);
    secrets.add(key);
    return resolve(key, given.getOrDefault(key, ""));
  }

  int whole(String key, int byDefault) {
    return read(
        key,
        byDefault,
        text -> {
          try {
            return Integer.parseInt(text);
          } catch (NumberFormatException _) {
            throw new IllegalArgumentException("is not a whole number");
          }
        });
  }

  double fraction(String key, double byDefault) {
    return read(
        key,
        byDefault,
        text -> {
          try {
            return Double.parseDouble(text);
          } catch (NumberFormatException _) {
            throw new IllegalArgumentException("is not a number (such as 0.01)");
          }
        });
  }

  boolean flag(String key, boolean byDefault) {
    return read(
        key,
        byDefault,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("is neither true nor false");
            });
  }

  ByteSize size(String key, ByteSize byDefault) {
    return read(
        key,
        byDefault,
        text -> {
          try {
            return ByteSize.parse(text);
          } catch (ArithmeticException | IllegalArgumentException _) {
            throw new IllegalArgumentException("is not a size (such as 64KiB or 1MiB)");
          }
        });
  }

  Duration duration(String key, Duration byDefault) {
    return read(key, byDefault, DurationText::parse);
  }

  /// What YAML reads as "false" when it stands there without quotes.
  private static final String YAML_FALSE = "off";

  /// One of an enum's names, in lower case.
  <E extends Enum<E>> E choice(String key, E byDefault) {
    Class<E> type = byDefault.getDeclaringClass();
    return read(
        key,
        byDefault,
        text ->
            EnumSet.allOf(type).stream()
                .filter(e -> name(e).equals(text.equals("false") ? YAML_FALSE : text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("is none of " + names(type))));
  }

  /// Items separated by commas (a YAML list arrives here as that).
  List<String> list(String key) {
    return read(
        key,
        List.of(),
        text ->
            Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList());
  }

  /// Everything below a prefix, whatever it is called; values may be references.
  Map<String, String> open(String prefix) {
    openPrefixes.add(prefix);
    Map<String, String> found = new LinkedHashMap<>();
    below(prefix)
        .forEach((key, value) -> found.put(key.substring(prefix.length()), resolve(key, value)));
    return found;
  }

  /// The names that stand directly below a prefix.
  SequencedSet<String> names(String prefix) {
    return below(prefix).keySet().stream()
        .map(key -> key.substring(prefix.length()).split("\\.", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Reads one record; what its constructor refuses becomes problems.
  <T> Optional<T> section(Supplier<T> reader) {
    return section("", reader);
  }

  /// The same for a record whose constructor does not know where it stands.
  ///
  /// @param prefix put before each problem
  <T> Optional<T> section(String prefix, Supplier<T> reader) {
    try {
      return Optional.of(reader.get());
    } catch (ConfigException e) {
      e.problems().forEach(problem -> problems.add(prefix + problem));
      return Optional.empty();
    }
  }

  /// To be called after everything was read: keys that nobody asked for are problems.
  void reportUnknown() {
    given.forEach((key, value) -> {
      if (!isKnown(key) && !(value.isEmpty() && isSection(key))) {
        String nearest = NearestKey.to(key, known).orElse("");
        problems.add(
            "%s: unknown key (value %s); the nearest known key is %s"
                .formatted(key, shown(key, nearest, value), nearest));
      }
    });
  }

  void problem(String line) {
    problems.add(line);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /// Every key read so far, in the order of reading.
  SequencedSet<String> known() {
    return known;
  }

  private <T> T read(String key, T byDefault, Function<String, T> reader) {
    known.add(key);
    String value = given.get(key);
    if (value == null) {
      return byDefault;
    }
    try {
      return reader.apply(value.strip());
    } catch (IllegalArgumentException e) {
      problems.add("%s: '%s' %s".formatted(key, value, e.getMessage()));
      return byDefault;
    }
  }

  private String resolve(String key, String value) {
    try {
      return references.apply(value);
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage());
      return "";
    }
  }

  private SortedMap<String, String> below(String prefix) {
    return given.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  private boolean isKnown(String key) {
    return known.contains(key) || openPrefixes.stream().anyMatch(key::startsWith);
  }

  private boolean isSection(String key) {
    String prefix = key + ".";
    return openPrefixes.contains(prefix) || known.stream().anyMatch(k -> k.startsWith(prefix));
  }

  private String shown(String key, String nearest, String value) {
    return secrets.contains(nearest) ? Listing.REDACTED : Listing.shown(key, value);
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return EnumSet.allOf(type).stream().map(Settings::name).collect(Collectors.joining(", "));
  }

  private static String name(Enum<?> e) {
    return e.toString().toLowerCase(Locale.ROOT);
  }
}
