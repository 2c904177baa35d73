package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.ByteSize;
import io.sluice.gateway.MemoryBudget.Limits;
import io.sluice.gateway.MemoryBudget.Part;
import io.sluice.gateway.MemoryBudget.Place;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.presence.Presence;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemoryBudgetTest {
  private static final long MIB = 1L << 20;
  private static final Limits GIB = new Limits(1024 * MIB, 1024 * MIB, 2048 * MIB);

  /// With the most partitions whose windows are not more than `window.bytes`.
  private static final int PARTITIONS = 32;

  private static MemoryBudget budget(String yaml, int partitions) {
    GatewayConfig config =
        ConfigLoader.parse(
            yaml,
            Map.of(
                "SLUICE_KAFKA_BOOTSTRAP_SERVERS",
                "kafka:9092",
                "SLUICE_API_KEY",
                "k",
                "SLUICE_REDIS_URI",
                "redis://r:6379",
                "SLUICE_TOKENS_ANONYMOUS",
                "true"),
            Map.of());
    return PartSettings.budget(config, partitions);
  }

  private static long part(MemoryBudget budget, String name, Place place) {
    return budget.parts().stream()
        .filter(it -> it.name().equals(name) && it.place() == place)
        .mapToLong(Part::bytes)
        .sum();
  }

  /// Also on machines with many cores, and with room in a container of 2 GiB.
  @ParameterizedTest
  @CsvSource({"1", "2", "16", "32"})
  void theDefaultsFitTheHeapThatTheLauncherGives(int loops) throws Exception {
    String script = Files.readString(Path.of(System.getProperty("sluice.root"), "sluice"));
    Matcher flag = Pattern.compile("node_flags=\"-Xmx(\\d+)g ").matcher(script);
    assertThat(flag.find()).isTrue();
    long heap = Long.parseLong(flag.group(1)) << 30;

    MemoryBudget budget = budget("edge.loops: " + loops, PARTITIONS);

    assertThat(budget.problem(new Limits(heap, heap, 2048 * MIB))).isEmpty();
  }

  /// Who turns it on need not give the node more.
  @ParameterizedTest
  @CsvSource({"2", "16"})
  void whoIsThereFitsBesideTheDefaultsAndCountsOnlyWhereItIsKept(int loops) {
    String yaml = "{edge.loops: %d, namespaces: {default: {presence: %b, join-leave: %b}}}";
    MemoryBudget without = budget(yaml.formatted(loops, false, false), PARTITIONS);
    assertThat(part(without, "presence", Place.HEAP)).isZero();
    MemoryBudget with = budget(yaml.formatted(loops, false, true), PARTITIONS);
    assertThat(part(with, "presence", Place.HEAP)).isEqualTo(50_000L * Presence.MEMBER_BYTES);
    assertThat(with.problem(GIB)).isEmpty();
  }

  /// The same for newest values.
  @ParameterizedTest
  @CsvSource({"2", "16"})
  void newestValuesFitBesideTheDefaultsAndCountOnlyWhereTheyAreKept(int loops) {
    String yaml = "{edge.loops: %d, namespaces: {default: {mode: %s, last-value: %b}}}";
    MemoryBudget without = budget(yaml.formatted(loops, "log", false), PARTITIONS);
    assertThat(part(without, "last values", Place.HEAP)).isZero();
    for (String mode : new String[] {"state", "log"}) {
      MemoryBudget with = budget(yaml.formatted(loops, mode, true), PARTITIONS);
      assertThat(part(with, "last values", Place.HEAP)).isEqualTo(8 * MIB);
      assertThat(with.problem(GIB)).isEmpty();
    }
  }

  /// The same for traces.
  @ParameterizedTest
  @CsvSource({"2", "16"})
  void tracesFitBesideTheDefaultsAndCountOnlyWhereThereAreAny(int loops) {
    String yaml = "{edge.loops: %d, tracing.endpoint: '%s'}";
    MemoryBudget without = budget(yaml.formatted(loops, ""), PARTITIONS);
    assertThat(part(without, "traces", Place.HEAP)).isZero();
    MemoryBudget with = budget(yaml.formatted(loops, "http://collector:4318"), PARTITIONS);
    assertThat(part(with, "traces", Place.HEAP)).isEqualTo(9 * MIB);
    assertThat(with.problem(GIB)).isEmpty();
  }

  @Test
  void linesOfTheLogThatWaitArePartOfIt() {
    assertThat(part(budget("", 0), "log", Place.HEAP)).isEqualTo(4 * MIB);
  }

  @Test
  void partsFollowTheConfiguration() {
    MemoryBudget budget =
        budget(
            "{edge: {max-connections: 1000, outboxes: 1MiB, loops: 4}, window.bytes: 64MiB,"
                + " kafka.fetch-bytes: 8MiB}",
            PARTITIONS / 2);

    assertThat(part(budget, "connections", Place.HEAP)).isEqualTo(2_816_000);
    assertThat(part(budget, "outboxes", Place.DIRECT)).isEqualTo(MIB);
    assertThat(part(budget, "window", Place.HEAP)).isEqualTo(64 * MIB);
    assertThat(part(budget, "fetched", Place.HEAP)).isEqualTo(2 * (8 + 2) * MIB);
    assertThat(part(budget, "request bodies", Place.HEAP)).isEqualTo(2 * 16 * MIB);
    assertThat(budget.sum())
        .isEqualTo(budget.sum(Place.HEAP) + budget.sum(Place.DIRECT) + budget.sum(Place.JVM));
  }

  @Test
  void tooManyConnectionsForTheHeapAreRefusedNamingWhatTheyTakeAndTheKey() {
    assertThat(budget("edge: {max-connections: 1000000, loops: 2}", 0).problem(GIB).orElse(""))
        .matches(
            "memory: this configuration may take \\d{4}MiB of heap, more than 80 % of the 1024MiB there"
                + " are; raise -Xmx, or lower\n"
                + "  2686MiB of connections \\(edge.max-connections\\)\n"
                + "  489MiB of tokens \\(edge.max-connections\\)\n(.*\n){2}.*");
  }

  @Test
  void morePartitionsThanTheWindowHasRoomForAreSeen() {
    assertThat(budget("edge.loops: 2", PARTITIONS).problem(GIB)).isEmpty();
    assertThat(budget("edge.loops: 2", 300).problem(GIB).orElse(""))
        .contains("\n  1200MiB of window (4 MiB a partition at least)\n");
  }

  @Test
  void buffersAndTheWholeAreHeldAgainstWhatThereIs() {
    MemoryBudget budget = budget("edge: {outboxes: 200MiB, loops: 2}", 0);

    assertThat(budget.problem(new Limits(2048 * MIB, 256 * MIB, 4096 * MIB)).orElse(""))
        .contains("outside of the heap, ")
        .contains("the 256MiB of -XX:MaxDirectMemorySize")
        .contains("\n  200MiB of outboxes (edge.outboxes)\n");
    assertThat(budget.problem(new Limits(2048 * MIB, 2048 * MIB, 1024 * MIB)).orElse(""))
        .contains("in all, ")
        .contains("the 1024MiB of the machine or container")
        .contains("\n  200MiB of outboxes (edge.outboxes)\n");
    assertThat(budget.problem(new Limits(2048 * MIB, 2048 * MIB, 4096 * MIB))).isEmpty();
  }

  @Test
  void tlsIsPartOfAConnection() {
    String yaml = "edge: {max-connections: 1000, tls: {certificate: /c.pem, key: /k.pem}}";
    assertThat(part(budget(yaml, 0), "connections", Place.HEAP)).isEqualTo(1_000 * (2_816 + 6_144));
  }

  @Test
  void thereIsAMetricForEachPart() {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    MemoryBudget budget = budget("", 0);
    budget.bindTo(metrics);

    assertThat(metrics.find("sluice.memory.budget").gauges()).hasSameSizeAs(budget.parts());
    assertThat(
            metrics
                .get("sluice.memory.budget")
                .tags("part", "pending-sockets", "place", "heap")
                .gauge()
                .value())
        .isEqualTo((double) part(budget, "pending sockets", Place.HEAP));
  }

  @Test
  void encodedPushesAreThoseOfTheHub() throws Exception {
    Field encoded = Hub.class.getDeclaredField("ENCODED");
    encoded.setAccessible(true);
    assertThat(MemoryBudget.ENCODED).isEqualTo(((ByteSize) encoded.get(null)).bytes() * 3 / 2);
  }
}
