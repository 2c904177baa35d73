package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Publish.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What each kind of fault did to clients, and to publishing, a line each. Made on one thread,
/// round by round.
final class Table {
  private static final List<List<String>> CLIENTS =
      List.of(
          List.of("", "", "clients", "live again, s [1]", "", "", "fewest", "delivery, s", ""),
          List.of("fault", "times", "cut off", "p50", "p99", "max", "live", "p99", "max"));

  private static final List<List<String>> PUBLISHING =
      List.of(
          List.of(
              "",
              "through nodes",
              "back, s [3]",
              "",
              "",
              "straight to Kafka",
              "back, s [3]",
              "",
              "",
              "Kafka's",
              "later, s [5]",
              ""),
          List.of(
              "fault",
              "acknowledged [2]",
              "p50",
              "p99",
              "max",
              "acknowledged [2]",
              "p50",
              "p99",
              "max",
              "fail-over, s [4]",
              "nodes",
              "straight"));

  private final Map<String, Account> accounts = new LinkedHashMap<>();

  /// Adds a round, of which nothing else is kept.
  void add(Round.Outcome round) {
    for (Stage stage : round.stages()) {
      accounts
          .computeIfAbsent(stage.fault().name(), _ -> new Account(stage.fault()))
          .add(stage, round);
    }
  }

  /// For people.
  String text() {
    List<String> order = Faults.all().stream().map(Fault::name).toList();
    List<Account> sorted =
        accounts.values().stream()
            .sorted(Comparator.comparingInt(account -> order.indexOf(account.fault().name())))
            .toList();
    return aligned(CLIENTS, sorted.stream().map(Table::clients).toList())
        + '\n'
        + aligned(PUBLISHING, sorted.stream().map(Table::publishing).toList())
        + '\n'
        + footnotes();
  }

  private static String footnotes() {
    return """
    [1] From the fault's strike until a client had all its subscriptions answered again, the last time
        in the stage. Each time from the end of its own connection in
        %s.
        At most until the stage's end. Cut off: clients that this happened to, or, in those, times.
    [2] Share of the publishes from the strike on. One through a node that hangs counts for all that were
        due meanwhile, one every %d ms.
    [3] From the strike until a channel was published to after the last gap of more than %d ms, or
        at all if there was none; at most until the stage's end.
    [4] From the strike until Kafka's brokers tell that no partition waits for the broker that was hit.
    [5] From Kafka's fail-over until the last channel was back, at worst.
    """
        .formatted(oneByOne(), Publishing.PACE.toMillis(), Outages.GAP.toMillis());
  }

  private static String oneByOne() {
    return Faults.all().stream()
        .filter(fault -> fault.effect().isOneByOne())
        .map(Fault::name)
        .collect(Collectors.joining(", "));
  }

  private static List<String> clients(Account it) {
    boolean cut = it.affected() > 0;
    return List.of(
        it.fault().name(),
        Integer.toString(it.times()),
        Long.toString(it.affected()),
        cut ? seconds(it.liveAgain(50)) : "-",
        cut ? seconds(it.liveAgain(99)) : "-",
        cut ? seconds(it.liveAgain(100)) : "-",
        percent(it.fewestLive()),
        seconds(it.delivery(99)),
        seconds(it.delivery(100)));
  }

  private static List<String> publishing(Account account) {
    Outages it = account.outages();
    List<String> row = new ArrayList<>(List.of(account.fault().name()));
    for (Route route : List.of(Route.NODE, Route.DIRECT)) {
      row.add(percent(it.acknowledged(route)));
      row.add(seconds(it.back(route, 50)));
      row.add(seconds(it.back(route, 99)));
      row.add(seconds(it.back(route, 100)));
    }
    row.add(seconds(it.failOver()));
    row.add(seconds(it.later(Route.NODE)));
    row.add(seconds(it.later(Route.DIRECT)));
    return row;
  }

  private static String seconds(OptionalDouble value) {
    return value.isPresent() ? seconds(value.getAsDouble()) : "-";
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /// Rounded down: 100.0% is all.
  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", Math.floor(1_000 * share + 1e-6) / 10);
  }

  private static String aligned(List<List<String>> head, List<List<String>> lines) {
    List<List<String>> rows = new ArrayList<>(head);
    rows.addAll(lines);
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows.subList(1, rows.size())) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (int i = 0; i < columns; i++) {
      widths[i] = Math.max(widths[i], rows.getFirst().get(i).length());
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
