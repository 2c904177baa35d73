package io.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.protocol.ClientInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// The bound in `Presence.MEMBER_BYTES`, and that numbers are found without reading members. While
/// no other test runs; caches that others filled may be given up meanwhile, so in a JVM that has
/// run others it may find too little, and never too much.
@Tag("full")
@Isolated
final class MemberMemoryTest {
  private static final int ALL = 100_000;

  /// With a channel of its own.
  private static final int MOST_ALONE = 320;

  private final NamespaceConfig policy =
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

  private final List<ClientInfo> infos = new ArrayList<>(); // connections have these in any case
  private final List<String> channels = new ArrayList<>();
  private MemberTable table = table();

  private static MemberTable table() {
    return new MemberTable(
        new PresenceConfig(2 * ALL, 2 * ALL, Duration.ZERO), System::nanoTime, _ -> {});
  }

  @Test
  void aHundredThousandMembersCostLittle() {
    for (int n = 0; n < ALL; n++) {
      infos.add(new ClientInfo("user-" + n, "client-" + n, ""));
      channels.add("channel-" + n);
    }
    long alone = bytes(channels::get);
    long together = bytes(_ -> "big");

    long start = System.nanoTime();
    long sum = 0;
    for (int n = 0; n < 1_000; n++) {
      sum += table.clients("big") + table.distinctUsers("big");
    }
    long nanos = (System.nanoTime() - start) / 1_000;
    System.out.printf(
        "presence: %d bytes a member, %d alone in its channel; stats in %d ns%n",
        together, alone, nanos);
    assertThat(sum).isEqualTo(2_000L * ALL);
    assertThat(together).isLessThan(Presence.MEMBER_BYTES);
    assertThat(alone).isLessThan(MOST_ALONE);
    assertThat(nanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(table.users("big").smallest()).hasSize(DistinctUsers.SAMPLE).isSorted();
  }

  /// What each of them costs in a new table.
  private long bytes(IntFunction<String> channel) {
    table = table();
    long before = settled();
    for (int n = 0; n < ALL; n++) {
      table.enter(channel.apply(n), policy, Member.of(infos.get(n)));
    }
    return (settled() - before) / ALL;
  }

  /// What is alive. Some of what other tests left needs more than one collection to go.
  private static long settled() {
    long last = Long.MAX_VALUE;
    for (long now = used(); now < last - ALL; now = used()) {
      last = now;
    }
    return last;
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
