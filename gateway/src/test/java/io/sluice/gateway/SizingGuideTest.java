package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.MemoryBudget.Limits;
import io.sluice.gateway.MemoryBudget.Place;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.edge.EdgeMemory;
import io.sluice.gateway.hub.Subscription;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `deploy/docs/sizing.md` is right by its own formulas, by the newest results that are kept and
/// the pages that it is made of, and by what nodes add up of the same configurations.
final class SizingGuideTest {
  private static final Path DOCS = Path.of(System.getProperty("sluice.root"), "deploy/docs");
  private static final Pattern MEASURED =
      Pattern.compile("\\[[^\\]]+\\]\\((results/[a-z0-9-]+\\.md)\\), \"([^\"]+)\"");
  private static final Pattern RUN = Pattern.compile("results/[0-9-]+/results\\.json");
  private static final long MIB = 1L << 20;

  private static String page = "";
  private static SizingSheet sheet = SizingSheet.of("");

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(DOCS.resolve("sizing.md"));
    sheet = SizingSheet.of(page);
    assertThat(sheet.constants()).hasSizeGreaterThan(30);
    assertThat(sheet.rows()).hasSizeGreaterThan(50);
  }

  @Test
  void everyWorkedFigureIsItsFormula() {
    SoftAssertions all = new SoftAssertions(); // whoever mends the page wants every one
    sheet
        .rows()
        .forEach((name, row) -> {
          for (int of = 0; of < SizingSheet.CASES.size(); of++) {
            BigDecimal printed = new BigDecimal(row.values().get(of).replace(",", ""));
            BigDecimal computed =
                BigDecimal.valueOf(sheet.value(name, of))
                    .setScale(printed.scale(), RoundingMode.HALF_UP);
            all.assertThat(printed)
                .as("`%s` of %s = %s", name, SizingSheet.CASES.get(of), row.formula())
                .isEqualTo(computed);
          }
        });
    all.assertAll();
  }

  @Test
  void everyMeasuredFigureIsThatOfTheNewestRun() throws IOException {
    MeasuredFigures runs = MeasuredFigures.in(DOCS.resolve("results"));
    SoftAssertions all = new SoftAssertions();
    Set<String> usedRuns = new TreeSet<>();
    int measured = 0;
    for (Map.Entry<String, SizingSheet.Constant> row : sheet.constants().entrySet()) {
      String where = row.getValue().where();
      if (where.contains(MeasuredFigures.BETWEEN)) {
        measured++;
        MeasuredFigures.Found found = runs.newest(MeasuredFigures.Place.of(where));
        usedRuns.add(found.path());
        all.assertThat(new BigDecimal(row.getValue().value().replace(",", "")))
            .as("`%s`, in three digits, of %s: %s", row.getKey(), found.path(), where)
            .isEqualByComparingTo(found.value());
      }
    }
    all.assertThat(RUN.matcher(page).results().map(MatchResult::group).distinct())
        .as("the runs that the page names")
        .containsExactlyInAnyOrderElementsOf(usedRuns);
    all.assertAll();
    assertThat(measured).isGreaterThan(20);
  }

  @Test
  void everyOtherMeasuredFigureStandsInThePageItIsFrom() throws IOException {
    int measured = 0;
    for (Map.Entry<String, SizingSheet.Constant> row : sheet.constants().entrySet()) {
      if (row.getValue().where().contains("results/")) {
        measured++;
        Matcher source = MEASURED.matcher(row.getValue().where());
        assertThat(source.matches()).as(row.getValue().where()).isTrue();
        assertThat(source.group(2)).as(row.getKey()).contains(row.getValue().value());
        assertThat(Files.readString(DOCS.resolve(source.group(1)))).contains(source.group(2));
      }
    }
    assertThat(measured).isPositive();
  }

  @Test
  void whatIsReckonedForAConnectionIsNotLessThanWhatWasMeasured() {
    double heap = sheet.value("heap-connection", 0);
    double direct = sheet.value("direct-connection", 0);
    assertThat(heap).isGreaterThanOrEqualTo(1_000 * sheet.value("idle-heap", 0));
    assertThat(heap + direct).isGreaterThanOrEqualTo(1_000 * sheet.value("idle-memory", 0));
    assertThat(sheet.value("kernel-connection", 0)).isEqualTo(EdgeMemory.KERNEL);
    assertThat(sheet.value("channel-more", 0)).isEqualTo(Subscription.BYTES);
  }

  /// And such a node starts with the heap and in the container that the page gives it.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void everyBudgetIsWhatANodeOfThatConfigurationAddsUp(int of) {
    GatewayConfig config = config(SizingSheet.CASES.get(of));
    assertThat(config.edge().limits().handshakesPerSecond()).isEqualTo(whole("handshakes", of));
    assertThat(config.edge().limits().handshakeBurst()).isEqualTo(whole("burst", of));
    assertThat(config.redis().checkpoint()).isEqualTo(Duration.ofSeconds(whole("checkpoint", of)));
    assertThat(config.drain().duration()).isEqualTo(Duration.ofSeconds(whole("drain", of)));
    assertThat(config.drain().announce()).isEqualTo(Duration.ofSeconds(whole("announce", of)));
    assertThat(config.window().age()).isEqualTo(Duration.ofSeconds(whole("age", of)));
    assertThat(config.edge().pingInterval()).isEqualTo(Duration.ofSeconds(whole("ping", of)));
    assertThat(config.edge().limits().maxPending()).isEqualTo(whole("pending", of));

    MemoryBudget budget = PartSettings.budget(config, whole("partitions", of));

    assertThat(printed("heap", of)).isEqualTo(mib(budget.sum(Place.HEAP)));
    assertThat(printed("direct", of)).isEqualTo(mib(budget.sum(Place.DIRECT)));
    assertThat((double) budget.sum(Place.JVM) / MIB).isEqualTo(sheet.value("jvm", of));
    long heap = whole("xmx", of) * MIB;
    assertThat(budget.problem(new Limits(heap, heap, whole("memory", of) * MIB))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void whatIsLeftWithoutAZoneAndANodeIsEnough(int of) {
    assertThat(sheet.value("nodes-left", of)).isGreaterThanOrEqualTo(whole("nodes-least", of));
    assertThat(sheet.value("nodes", of) % sheet.value("zones", of)).isZero();
    assertThat(sheet.value("connections-left", of))
        .isLessThanOrEqualTo(sheet.value("fill", of) * sheet.value("max-connections", of));
    assertThat(sheet.value("cores-needed", of)).isLessThanOrEqualTo(sheet.value("cores", of));
    assertThat(sheet.value("drain", of)).isGreaterThanOrEqualTo(sheet.value("drain-least", of));
  }

  /// The page's own block for a case, with what every node needs.
  private static GatewayConfig config(String of) {
    Matcher block =
        Pattern.compile("```yaml\\n# " + Pattern.quote(of) + "\\n([^`]+)```").matcher(page);
    assertThat(block.find()).as("the configuration of %s", of).isTrue();
    return ConfigLoader.parse(
        block.group(1),
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
  }

  private static int whole(String name, int of) {
    return Math.toIntExact(Math.round(sheet.value(name, of)));
  }

  /// As it stands in the page.
  private static BigDecimal printed(String name, int of) {
    return BigDecimal.valueOf(sheet.value(name, of)).setScale(1, RoundingMode.HALF_UP);
  }

  private static BigDecimal mib(long bytes) {
    return BigDecimal.valueOf((double) bytes / MIB).setScale(1, RoundingMode.HALF_UP);
  }
}
