package io.sluice.gateway.protocol;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The tables of codes in `deploy/docs/clients.md` say what the code does.
final class ClientsGuideTest {
  /// Code, name, when, whether SDKs try again.
  private static final Pattern ROW =
      Pattern.compile("\\| (\\d+) \\| ([a-z0-9 ]+) \\|.*\\| (yes|no)\\b[^|]*\\|");

  /// Counted by nodes or left to an application, and told to no client by a node itself.
  private static final Set<Integer> NOT_TOLD = Set.of(3000, 3009, 3508, 101, 104, 110);

  private static final Map<Integer, Row> rows = new TreeMap<>();

  private record Row(String name, boolean again) {}

  @BeforeAll
  static void read() throws Exception {
    List<String> lines =
        Files.readAllLines(Path.of(System.getProperty("sluice.root"), "deploy/docs/clients.md"));
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(Integer.parseInt(row.group(1)), new Row(row.group(2), row.group(3).equals("yes")));
      }
    }
  }

  @Test
  void everyCloseCodeStandsThereWithItsMeaning() {
    Map<Integer, Row> codes =
        Arrays.stream(Disconnect.values())
            .filter(why -> !NOT_TOLD.contains(why.code()))
            .collect(
                toMap(
                    Disconnect::code,
                    why ->
                        // an SDK takes 1002 for a lost transport
                        new Row(
                            why.reason(), why.reconnect() || why == Disconnect.PROTOCOL_ERROR)));
    assertThat(rowsOf(1_000, 5_000)).isEqualTo(codes);
  }

  @Test
  void everyErrorStandsThereWithItsMeaning() {
    Map<Integer, Row> codes =
        Arrays.stream(ErrorCode.values())
            .filter(error -> !NOT_TOLD.contains(error.code()))
            .collect(
                toMap(
                    ErrorCode::code,
                    error ->
                        // SDKs subscribe again with a new token
                        new Row(
                            error.message(),
                            error.temporary() || error == ErrorCode.TOKEN_EXPIRED)));
    assertThat(rowsOf(100, 200)).isEqualTo(codes);
  }

  private static Map<Integer, Row> rowsOf(int from, int to) {
    return rows.entrySet().stream()
        .filter(row -> row.getKey() >= from && row.getKey() < to)
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
