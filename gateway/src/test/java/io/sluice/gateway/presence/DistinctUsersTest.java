package io.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.gateway.protocol.ClientInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DistinctUsersTest {
  private static UserSample users(int first, int last) {
    return users(1, first, last);
  }

  /// The users `first` to `last` − 1 of a node; their hashes are as good as any.
  private static UserSample users(long seed, int first, int last) {
    long[] all = new Random(seed).longs(last, 0, Long.MAX_VALUE).skip(first).sorted().toArray();
    return new UserSample(
        all.length, Arrays.copyOf(all, Math.min(all.length, DistinctUsers.SAMPLE)));
  }

  @Test
  void hashesOfUsersAreSpreadEvenly() {
    long[] hashes =
        IntStream.range(0, 10_000)
            .mapToLong(n -> Member.of(new ClientInfo("user-" + n, "c", "")).userHash)
            .sorted()
            .toArray();
    assertThat(hashes).doesNotHaveDuplicates();
    for (int tenth = 1; tenth < 10; tenth++) {
      double share = hashes[1_000 * tenth] / (double) Long.MAX_VALUE;
      assertThat(share).isCloseTo(tenth / 10.0, within(0.02));
    }
  }

  @Test
  void whoIsAtTwoNodesCountsOnce() {
    assertThat(DistinctUsers.of(List.of())).isZero();
    assertThat(DistinctUsers.of(List.of(users(0, 0), users(0, 0)))).isZero();
    assertThat(DistinctUsers.of(List.of(users(0, 100), users(50, 200), users(0, 0))))
        .isEqualTo(200);
  }

  @Test
  void itIsExactWhileEachNodeTellsAllOfItsUsers() {
    int most = DistinctUsers.SAMPLE;
    assertThat(DistinctUsers.of(List.of(users(0, most), users(1_000, most + 1_000))))
        .isEqualTo(most + 1_000);
  }

  @Test
  void itIsExactWhereOneNodeAloneHasAny() {
    assertThat(DistinctUsers.of(List.of(users(0, 50_000), users(0, 0)))).isEqualTo(50_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void otherwiseItIsWithinTwoPercent(long seed) {
    List<UserSample> nodes = List.of(users(seed, 0, 60_000), users(seed, 40_000, 100_000));

    double found = DistinctUsers.of(nodes);
    assertThat(found).isCloseTo(100_000, within(2_000.0));
  }
}
