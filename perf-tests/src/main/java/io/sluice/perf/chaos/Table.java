package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Publish.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What each kind of fault did, a line each. Pure.
final class Table {
  private static final List<List<String>> HEAD =
      List.of(
          List.of(
              "",
              "",
              "clients",
              "live again, s",
              "",
              "",
              "fewest",
              "published",
              "again, s",
              "",
              "delivery, s",
              ""),
          List.of(
              "fault",
              "times",
              "cut off",
              "p50",
              "p99",
              "max",
              "live",
              "to nodes",
              "to nodes",
              "to Kafka",
              "p99",
              "max"));

  private Table() {}

  static String of(List<Round.Outcome> rounds) {
    Map<String, Account> accounts = new LinkedHashMap<>();
    for (Round.Outcome round : rounds) {
      for (Stage stage : round.stages()) {
        accounts
            .computeIfAbsent(stage.fault().name(), _ -> new Account(stage.fault()))
            .add(stage, round);
      }
    }
    List<List<String>> rows = new ArrayList<>(HEAD);
    List<String> order = Faults.all().stream().map(Fault::name).toList();
    accounts.values().stream()
        .sorted(Comparator.comparingInt(account -> order.indexOf(account.fault().name())))
        .forEach(account -> rows.add(row(account)));
    return aligned(rows);
  }

  private static List<String> row(Account it) {
    boolean cut = it.affected() > 0;
    return List.of(
        it.fault().name(),
        Integer.toString(it.times()),
        Long.toString(it.affected()),
        cut ? seconds(it.liveAgain(50)) : "-",
        cut ? seconds(it.liveAgain(99)) : "-",
        cut ? seconds(it.liveAgain(100)) : "-",
        percent(it.fewestLive()),
        percent(it.available()),
        seconds(it.back(Route.NODE)),
        seconds(it.back(Route.DIRECT)),
        seconds(it.delivery(99)),
        seconds(it.delivery(100)));
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static String aligned(List<List<String>> rows) {
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
