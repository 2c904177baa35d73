package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the guides for operators name is there: keys of the configuration, metrics, and what their
/// links lead to. Their commands can be pasted.
final class GuidesTest {
  private static final Path DOCS = Path.of(System.getProperty("sluice.root"), "deploy/docs");

  private static final Pattern BLOCK = Pattern.compile("(?s)```.*?```");
  private static final Pattern SHELL = Pattern.compile("(?s)```sh\\n(.*?)```");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /// `edge.outbox`, `namespaces.*.slow`, `redis.retry.*`.
  private static final Pattern KEY =
      Pattern.compile(
          "(?<![\\w./-])(?:node|edge|api|kafka|redis|tokens|window|replay|presence|publish|drain|shed|watchdog|log|namespaces)(?:\\.[a-zA-Z*-]+)+");

  private static final Pattern METRIC = Pattern.compile("\\b(?:sluice|jvm|process)_[a-z_]+");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  private static final Map<String, String> REQUIRED =
      Map.of(
          "sluice.kafka.bootstrap-servers",
          "kafka:9092",
          "sluice.api.key",
          "k",
          "sluice.tokens.anonymous",
          "true");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"operating.md", "operations.md", "sizing.md"})
  void everyKeyIsOneOfTheConfiguration(String page) throws IOException {
    Set<String> keys = ConfigLoader.parse("", Map.of(), REQUIRED).settings().keySet();
    String text = BLOCK.matcher(read(page)).replaceAll("");
    Set<String> named =
        found(CODE, text)
            .flatMap(code -> found(KEY, code.group(1)))
            .map(GuidesTest::key)
            .filter(key -> !key.startsWith("kafka.properties")) // an open end
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named)
        .hasSizeGreaterThan(10)
        .allSatisfy(key -> assertThat(keys).as(key).anyMatch(it -> isMeantBy(key, it)));
  }

  /// Either by its whole name, or by that of all keys below one, or as one of any namespace.
  private static boolean isMeantBy(String name, String key) {
    return key.equals(name)
        || key.startsWith(name + ".")
        || key.equals("namespaces.default." + name);
  }

  /// The namespace does not matter, nor that all keys below one are meant.
  private static String key(MatchResult found) {
    String key = found.group().replaceFirst("^namespaces\\.[^.]+", "namespaces.default");
    return key.endsWith(".*") ? key.substring(0, key.length() - 2) : key;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kubernetes.md", "operating.md", "operations.md", "sizing.md", "runbooks.md"})
  void everyMetricIsOneThatNodesShow(String page) throws IOException {
    Set<String> metrics =
        found(Pattern.compile("(?m)^\\| `([a-z_0-9]+)` \\|"), read("metrics.md"))
            .map(row -> row.group(1))
            .collect(Collectors.toSet());
    List<String> named = found(METRIC, read(page)).map(MatchResult::group).distinct().toList();

    assertThat(named)
        .hasSizeGreaterThan(2)
        .allSatisfy(name -> assertThat(metrics).as(name).anyMatch(it -> isOf(name, it)));
  }

  /// A metric's own name, that of a part of it, or the beginning of several.
  private static boolean isOf(String name, String metric) {
    return name.endsWith("_")
        ? metric.startsWith(name)
        : name.replaceFirst("_(count|sum|max|bucket)$", "").equals(metric) || name.equals(metric);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "install.md",
        "kubernetes.md",
        "logs.md",
        "monitoring.md",
        "operating.md",
        "operations.md",
        "runbooks.md",
        "sizing.md"
      })
  void everyLinkLeadsSomewhere(String page) throws IOException {
    for (MatchResult link : found(LINK, BLOCK.matcher(read(page)).replaceAll("")).toList()) {
      String target = link.group(1);
      if (target.startsWith("http")) {
        continue;
      }
      int mark = target.indexOf('#');
      String file = mark < 0 ? target : target.substring(0, mark);
      Path path = file.isEmpty() ? DOCS.resolve(page) : DOCS.resolve(file).normalize();
      assertThat(path).as(target).exists();
      if (mark >= 0) {
        assertThat(anchors(path)).as(target).contains(target.substring(mark + 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.md",
        "install.md",
        "kubernetes.md",
        "logs.md",
        "monitoring.md",
        "operating.md",
        "operations.md",
        "runbooks.md"
      })
  void everyCommandIsOneThatAShellReads(String page) throws Exception {
    List<String> blocks = found(SHELL, read(page)).map(block -> block.group(1)).toList();
    assertThat(blocks).isNotEmpty();
    for (String block : blocks) {
      Path file = Files.writeString(folder.resolve("block.sh"), block);
      Path said = folder.resolve("said");
      Process shell =
          new ProcessBuilder("sh", "-n", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      assertThat(shell.waitFor()).as("%s%n%s", block, Files.readString(said)).isZero();
    }
  }

  /// As the pages' readers make them of headings.
  private static Set<String> anchors(Path page) throws IOException {
    return found(HEADING, Files.readString(page))
        .map(heading ->
            heading
                .group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static Stream<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static String read(String page) throws IOException {
    return Files.readString(DOCS.resolve(page));
  }
}
