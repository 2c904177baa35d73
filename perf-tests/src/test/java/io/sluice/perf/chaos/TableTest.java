package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TableTest {
  private static final int PUBLISHED = 2_000;

  private static Round.Outcome round(int number, List<Fact> facts) {
    Stage stage =
        new Stage(
            number,
            Faults.named("node-kill"),
            0,
            0,
            OptionalLong.empty(),
            Duration.ofSeconds(10).toNanos(),
            2_001,
            2_000);
    List<Publish> published = new ArrayList<>();
    for (int i = 0; i < PUBLISHED; i++) {
      published.add(
          new Publish(
              Route.NODE,
              1,
              0,
              i,
              i,
              i + 1,
              i == 0 ? Outcome.FAILED : Outcome.ACKNOWLEDGED,
              OptionalLong.empty()));
    }
    return new Round.Outcome(
        number, List.of(stage), published, List.of(), new Judgement(PUBLISHED - 1, 0, facts));
  }

  private static List<String> lines(Table table) {
    return table.text().lines().toList();
  }

  @Test
  void roundsOfOneKindShareALineAndEveryMarkedColumnHasItsFootnote() {
    Table table = new Table();
    table.add(round(1, List.of()));
    table.add(round(2, List.of()));

    assertThat(lines(table).stream().filter(line -> line.startsWith("node-kill")))
        .hasSize(2)
        .first()
        .asString()
        .matches("node-kill +2 .*");
    for (int note = 1; note <= 5; note++) {
      String mark = "[" + note + "]";
      assertThat(lines(table)).as(mark).anyMatch(line -> line.startsWith(mark));
      assertThat(lines(table)).as(mark).anyMatch(line -> line.contains(" " + mark));
    }
    assertThat(table.text())
        .contains(
            "redis-flush, slow-links, lossy-links, clock-jump, rolling-restart.",
            "one every 500 ms",
            "than 1500 ms");
  }

  @Test
  void whatIsNotQuiteAllIsNot100Percent() {
    Table table = new Table();
    table.add(round(1, List.of()));

    assertThat(lines(table))
        .anyMatch(line -> line.matches("node-kill +1 .* 99\\.9% .*"))
        .anyMatch(line -> line.matches("node-kill +99\\.9% .*"));
  }

  @Test
  void whatARoundPublishedIsNotKeptOnceItIsInTheTable() {
    Table table = new Table();
    List<Chaos.Played> played = new ArrayList<>();
    List<WeakReference<Object>> gone =
        IntStream.rangeClosed(1, 3).mapToObj(number -> played(table, played, number)).toList();

    Awaitility.await()
        .untilAsserted(() -> {
          System.gc();
          assertThat(gone).allMatch(each -> each.refersTo(null));
        });
    assertThat(played).extracting(Chaos.Played::number).containsExactly(1, 2, 3);
    assertThat(table.text()).contains("node-kill");
  }

  private static WeakReference<Object> played(Table table, List<Chaos.Played> all, int number) {
    Round.Outcome round = round(number, List.of());
    table.add(round);
    all.add(Chaos.Played.of(round));
    return new WeakReference<>(round.published());
  }

  @Test
  void onlyARoundInWhichSomethingWasWrongLeavesAFolder(@TempDir Path folder) throws Exception {
    Timeline timeline = new Timeline(System.out);
    Bundle.keep(folder, round(1, List.of()), timeline);
    Bundle.keep(folder, round(2, List.of(Fact.stuckCluster("a test"))), timeline);

    assertThat(folder.resolve("round-1")).doesNotExist();
    assertThat(Files.readAllLines(folder.resolve("round-2/published.txt"))).hasSize(PUBLISHED);
  }
}
