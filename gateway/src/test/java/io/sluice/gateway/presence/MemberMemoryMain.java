package io.sluice.gateway.presence;

import io.sluice.gateway.OwnJvm;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.protocol.ClientInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/// Measures what members of channels take, for [MemberMemoryTest].
final class MemberMemoryMain {
  /// Bytes of one of many in a channel.
  static final String TOGETHER = "together";

  /// Of one with a channel of its own.
  static final String ALONE = "alone";

  /// µs until a channel's clients and users were counted.
  static final String STATS_MICROS = "stats-micros";

  private static final int ALL = 100_000;
  private static final int ASKED = 1_000;

  private static final NamespaceConfig POLICY =
      Objects.requireNonNull(
          ConfigLoader.parse(
                  """
                  kafka.bootstrap-servers: kafka:9092
                  api.key: k-1
                  tokens.anonymous: true
                  namespaces.default: {presence: true}
                  """,
                  Map.of(),
                  Map.of())
              .namespaces()
              .get("default"));

  private MemberMemoryMain() {}

  static void main(String[] what) {
    List<ClientInfo> infos = new ArrayList<>(); // connections have these in any case
    List<String> channels = new ArrayList<>();
    for (int n = 0; n < ALL; n++) {
      infos.add(new ClientInfo("user-" + n, "client-" + n, ""));
      channels.add("channel-" + n);
    }
    MemberTable table =
        new MemberTable(
            new PresenceConfig(2 * ALL, 2 * ALL, Duration.ZERO), System::nanoTime, _ -> {});
    if (what[0].equals(ALONE)) {
      OwnJvm.tell(ALONE, bytes(table, infos, channels::get));
      return;
    }
    OwnJvm.tell(TOGETHER, bytes(table, infos, _ -> "big"));

    long start = System.nanoTime();
    long sum = 0;
    for (int n = 0; n < ASKED; n++) {
      sum += table.clients("big") + table.distinctUsers("big");
    }
    OwnJvm.tell(STATS_MICROS, (System.nanoTime() - start) / 1e3 / ASKED);
    int drawn = table.users("big").smallest().length;
    if (sum != 2L * ASKED * ALL || drawn != DistinctUsers.SAMPLE) {
      throw new AssertionError("counted " + sum + ", and drawn are " + drawn);
    }
  }

  /// What each of them costs in a new table.
  private static double bytes(
      MemberTable table, List<ClientInfo> infos, IntFunction<String> channel) {
    double before = OwnJvm.live();
    for (int n = 0; n < ALL; n++) {
      table.enter(channel.apply(n), POLICY, Member.of(infos.get(n)));
    }
    return (OwnJvm.live(table) - before) / ALL;
  }
}
