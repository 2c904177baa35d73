package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.Version;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.DrainConfig;
import io.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `deploy/compose.yaml` and its files say the same as what they are about: nodes' configuration,
/// versions, HAProxy.
final class ComposeTest {
  private static final String NAME = ComposeTest.class.getSimpleName();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path FOLDER = Sluice.ROOT.resolve("deploy");
  private static final Path FILE = FOLDER.resolve("compose.yaml");
  private static final Path HAPROXY = FOLDER.resolve("compose/haproxy.cfg");
  private static final List<String> NODES = List.of("node-1", "node-2");
  private static final Map<String, String> SECRETS =
      Map.of(
          "SLUICE_API_KEY", "a-key",
          "SLUICE_TOKENS_HMAC_SECRET", "0123456789abcdef0123456789abcdef");

  private static JsonNode services() throws IOException {
    return AlertRules.read(FILE).path("services");
  }

  /// As the node itself reads it: its file, and over it the environment.
  private static GatewayConfig configuration(String node) throws IOException {
    Map<String, String> environment = new HashMap<>();
    services()
        .path(node)
        .path("environment")
        .properties()
        .forEach(it -> environment.put(it.getKey(), it.getValue().asText()));
    SECRETS.forEach((name, secret) -> {
      String given = environment.getOrDefault(name, "");
      assertThat(given).as(name).startsWith("${" + name + ":?"); // nothing goes without it
      environment.put(name, secret);
    });
    return ConfigLoader.parse(
        Files.readString(FOLDER.resolve("compose/sluice.yaml")), environment, Map.of());
  }

  @Test
  void nodesUnderstandTheirConfigurationAndAreReachedByEachOther() throws Exception {
    for (String node : NODES) {
      GatewayConfig config = configuration(node);
      URI address = URI.create(config.api().advertised(config.api().port()));
      assertThat(address).isEqualTo(URI.create("http://" + node + ":9000"));
      assertThat(services().has(address.getHost())).isTrue();
      assertThat(config.api().host()).isEqualTo("0.0.0.0");
      assertThat(services().has(config.kafka().bootstrapServers().replaceFirst(":.*", "")))
          .isTrue();
      assertThat(services().has(URI.create(config.redis().uri()).getHost())).isTrue();
    }
  }

  @Test
  void nodesAreGivenTheTimeThatTheyTakeToLeave() throws Exception {
    for (String node : NODES) {
      DrainConfig drain = configuration(node).drain();
      assertThat(duration(services().path(node).path("stop_grace_period").asText()))
          .isEqualTo(drain.leaving());
      assertThat(drain.announce()).isGreaterThan(checks().multipliedBy(2));
    }
  }

  @Test
  void nodesMayHaveAsManyFilesAsConnections() throws Exception {
    for (String node : NODES) {
      JsonNode files = services().path(node).path("ulimits").path("nofile");
      assertThat(files.path("hard").asInt())
          .isEqualTo(files.path("soft").asInt())
          .isGreaterThan(2 * configuration(node).edge().maxConnections());
    }
  }

  @Test
  void nodesWriteOnlyWhereAVolumeIs() throws Exception {
    for (String node : NODES) {
      JsonNode service = services().path(node);
      assertThat(service.path("read_only").asBoolean()).isTrue();
      assertThat(service.path("tmpfs").get(0).asText()).isEqualTo("/tmp");
      assertThat(texts(service.path("volumes")))
          .contains(node + ":" + configuration(node).node().snapshotDir());
    }
  }

  @Test
  void imagesArePinnedToWhatIsBuiltAndTestedHere() throws Exception {
    services()
        .properties()
        .forEach(service ->
            assertThat(service.getValue().path("image").asText())
                .as(service.getKey())
                .matches("[\\w/.-]+:\\d+\\.\\d+\\.\\d+[\\w-]*"));
    for (String node : NODES) {
      assertThat(services().path(node).path("image").asText())
          .isEqualTo("sluice:" + Version.CURRENT);
    }
    String parent = Files.readString(Sluice.ROOT.resolve("pom.xml"));
    String kafka = services().path("kafka").path("image").asText();
    assertThat(parent)
        .contains("<kafka.version>" + kafka.replaceFirst(".*:", "") + "</kafka.version>");
  }

  @Test
  void mountedFilesAreThere() throws Exception {
    List<String> mounted = new ArrayList<>();
    services().forEach(service -> mounted.addAll(texts(service.path("volumes"))));
    assertThat(mounted)
        .filteredOn(volume -> volume.startsWith("./"))
        .hasSizeGreaterThanOrEqualTo(NODES.size() + 1)
        .allSatisfy(volume -> assertThat(FOLDER.resolve(volume.split(":", 2)[0])).isRegularFile());
  }

  @Test
  void itsHaproxyHasTheDefaultsOfTheExample() throws Exception {
    assertThat(defaults(Files.readString(HAPROXY)))
        .isNotEmpty()
        .isEqualTo(defaults(Files.readString(FOLDER.resolve("examples/haproxy/haproxy.cfg"))));
  }

  @Test
  @Tag("full")
  void dockerComposeTakesIt() throws Exception {
    String program = Objects.requireNonNullElse(System.getenv("DOCKER_COMPOSE"), "docker-compose");
    List<String> command = List.of(program, "-f", FILE.toString(), "config", "-q");
    try (RunningCommand compose = RunningCommand.start(NAME + "/compose", SECRETS, command)) {
      assertThat(compose.awaitExit(LIMIT)).as(compose::toString).isZero();
    }
  }

  @Test
  @Tag("full")
  void haproxyTakesItsFile() throws Exception {
    List<String> command = List.of(RunningHaproxy.executable(), "-c", "-f", HAPROXY.toString());
    try (RunningCommand haproxy = RunningCommand.start(NAME + "/haproxy", Map.of(), command)) {
      assertThat(haproxy.awaitExit(LIMIT)).as(haproxy::toString).isZero();
    }
  }

  /// Between two of HAProxy's checks of a node.
  private static Duration checks() throws IOException {
    Matcher inter = Pattern.compile("check inter (\\d+s)").matcher(Files.readString(HAPROXY));
    assertThat(inter.find()).isTrue();
    return duration(inter.group(1));
  }

  private static Duration duration(String text) {
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }

  private static List<String> texts(JsonNode list) {
    List<String> all = new ArrayList<>();
    list.forEach(item -> all.add(item.asText()));
    return all;
  }

  /// The section `defaults`, its settings without comments.
  private static List<String> defaults(String haproxy) {
    return haproxy
        .lines()
        .dropWhile(line -> !line.equals("defaults"))
        .skip(1)
        .takeWhile(line -> line.isEmpty() || line.startsWith("    ") || line.startsWith("#"))
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }
}
