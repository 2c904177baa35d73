package io.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.presence.MemberTable.Quietly;
import io.sluice.gateway.protocol.ClientInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MemberTableTest {
  private static final Map<String, NamespaceConfig> NAMESPACES =
      ConfigLoader.parse(
              """
              kafka.bootstrap-servers: kafka:9092
              api.key: k-1
              tokens.anonymous: true
              namespaces:
                told: {topic: t, presence: true, join-leave: true}
                quiet: {topic: q, presence: true}
              """,
              Map.of(),
              Map.of())
          .namespaces();

  private final List<Move> moves = new ArrayList<>();
  private long now;
  private MemberTable table = table(100, 10, Duration.ofSeconds(5));

  private MemberTable table(int all, int ofChannel, Duration linger) {
    return new MemberTable(new PresenceConfig(all, ofChannel, linger), () -> now, moves::add);
  }

  private static NamespaceConfig policy(String channel) {
    return Objects.requireNonNull(NAMESPACES.get(channel.substring(0, channel.indexOf(':'))));
  }

  private boolean enter(String channel, Member member) {
    return table.enter(channel, policy(channel), member);
  }

  private static ClientInfo info(String user, String client) {
    return new ClientInfo(user, client, "");
  }

  private List<String> shown(String channel) {
    return table.page(channel, "", 100).stream().map(it -> it.who().client()).toList();
  }

  private List<String> told() {
    List<String> told = moves.stream().map(it -> it.kind() + " " + it.who().client()).toList();
    moves.clear();
    return told;
  }

  private void pass(Duration time) {
    now += time.toNanos();
    table.expire();
  }

  @Test
  void whoIsSubscribedIsShownAndCountedOncePerUser() {
    Member one = Member.of(info("ann", "c1"));
    Member two = Member.of(info("ann", "c2"));
    enter("told:a", two);
    enter("told:a", one);
    enter("told:a", one);
    enter("told:b", Member.of(info("bob", "c3")));

    assertThat(shown("told:a")).containsExactly("c1", "c2");
    assertThat(table.clients("told:a")).isEqualTo(2);
    assertThat(table.distinctUsers("told:a")).isEqualTo(1);
    assertThat(table.size()).isEqualTo(3);
    assertThat(told()).containsExactly("JOIN c2", "JOIN c1", "JOIN c3");

    table.leave("told:a", one);
    table.leave("told:a", one);
    assertThat(table.distinctUsers("told:a")).isEqualTo(1);
    table.leave("told:a", two);
    assertThat(shown("told:a")).isEmpty();
    assertThat(table.distinctUsers("told:a")).isZero();
    assertThat(table.size()).isEqualTo(1);
    assertThat(told()).containsExactly("LEAVE c1", "LEAVE c2");
  }

  @Test
  void membersComeInPages() {
    for (int n = 0; n < 7; n++) {
      enter("quiet:a", Member.of(info("u" + n, "c" + n)));
    }
    assertThat(table.page("quiet:a", "", 3)).hasSize(3);
    assertThat(table.page("quiet:a", "c4", 3).stream().map(it -> it.who().client()))
        .containsExactly("c5", "c6");
    assertThat(moves).isEmpty();
  }

  /// Loops wait for the table as long as a call takes.
  @Test
  void veryManyWhoGoAtOnceGoInParts() {
    int all = 2 * MemberTable.MOST_AT_ONCE + 1;
    table = table(all, all, Duration.ofSeconds(5));
    for (int n = 0; n < all; n++) {
      Member member = Member.beginning(info("u" + n, "c" + n), "s" + n, 1);
      enter("quiet:a", member);
      table.away("quiet:a", member);
    }
    now += Duration.ofSeconds(5).toNanos();

    assertThat(table.expire()).isZero();
    assertThat(table.size()).isEqualTo(all - MemberTable.MOST_AT_ONCE);
    assertThat(table.expire()).isZero();
    assertThat(table.expire()).isEqualTo(-1);
    assertThat(table.size()).isZero();
  }

  @Test
  void whoFindsNoRoomIsNotShown() {
    table = table(3, 2, Duration.ZERO);
    assertThat(enter("quiet:a", Member.of(info("u", "c1")))).isTrue();
    assertThat(enter("quiet:a", Member.of(info("u", "c2")))).isTrue();
    Member third = Member.of(info("u", "c3"));
    assertThat(enter("quiet:a", third)).isFalse();
    table.leave("quiet:a", third);
    assertThat(table.clients("quiet:a")).isEqualTo(2);

    assertThat(enter("quiet:b", third)).isTrue();
    assertThat(enter("quiet:c", third)).isFalse();
    table.leave("quiet:b", third);
    assertThat(enter("quiet:c", third)).isTrue();
  }

  @Test
  void aSessionThatGoesOnInTimeIsSeenNeitherLeavingNorJoining() {
    Member before = Member.beginning(info("ann", "c1"), "s", 1);
    enter("told:a", before);
    enter("told:b", before);
    told();
    table.away("told:a", before);
    table.away("told:b", before);
    pass(Duration.ofSeconds(4));
    assertThat(shown("told:a")).containsExactly("c1");

    Member after = Member.resuming(info("ann", "c2"), "s", 2);
    enter("told:a", after);
    assertThat(shown("told:a")).containsExactly("c1");
    assertThat(table.clients("told:a")).isEqualTo(1);
    assertThat(told()).containsExactly("AWAY c1", "AWAY c1");

    pass(Duration.ofSeconds(2)); // it did not come back to b
    assertThat(shown("told:a")).containsExactly("c1");
    assertThat(shown("told:b")).isEmpty();
    assertThat(told()).containsExactly("LEAVE c1");

    table.leave("told:a", after);
    assertThat(shown("told:a")).isEmpty();
    assertThat(told()).containsExactly("LEAVE c1");
    assertThat(table.size()).isZero();
  }

  @Test
  void anotherUsersSessionOfTheSameNameIsAnother() {
    Member ann = Member.beginning(info("ann", "c1"), "s", 1);
    enter("told:a", ann);
    table.away("told:a", ann);
    enter("told:a", Member.resuming(info("bob", "c2"), "s", 2));
    assertThat(shown("told:a")).containsExactly("c1", "c2");
  }

  @Test
  void aConnectionThatSubscribesAgainHasNotLeft() {
    Member member = Member.of(info("ann", "c1"));
    enter("told:a", member);
    told();
    table.away("told:a", member);
    enter("told:a", member);
    pass(Duration.ofSeconds(6));
    assertThat(shown("told:a")).containsExactly("c1");
    assertThat(told()).isEmpty();

    table.away("told:a", member);
    table.giveUp(member); // its connection ended meanwhile
    assertThat(shown("told:a")).isEmpty();
    assertThat(told()).containsExactly("LEAVE c1");
  }

  @Test
  void aSecondConnectionOfASessionTakesOverItsPlace() {
    Member old = Member.beginning(info("ann", "c1"), "s", 1);
    Member young = Member.resuming(info("ann", "c2"), "s", 2);
    enter("quiet:a", old);
    enter("quiet:a", young);
    assertThat(shown("quiet:a")).containsExactly("c1");
    table.leave("quiet:a", old); // closed with 4500
    assertThat(shown("quiet:a")).containsExactly("c1");
    enter("quiet:a", old);
    table.leave("quiet:a", young);
    assertThat(table.size()).isZero();
  }

  @Test
  void aSessionThatGoesOnElsewhereIsNoLongerHere() {
    Member here = Member.beginning(info("ann", "c1"), "s", 1);
    enter("told:a", here);
    told();
    Move elsewhere = new Move(Move.Kind.JOIN, "told:a", info("ann", "c2"), here.session, 2);
    Move older = new Move(Move.Kind.JOIN, "told:a", info("ann", "c0"), here.session, 1);
    table.supersede(older, Quietly.NO);
    assertThat(shown("told:a")).containsExactly("c1");
    table.supersede(elsewhere, Quietly.NO);
    assertThat(shown("told:a")).isEmpty();
    assertThat(told()).containsExactly("LEAVE c1");
    table.away("told:a", here);
    assertThat(told()).isEmpty();
  }

  @Test
  void aSessionThatCameFromElsewhereIsShownAsItWas() {
    Member here = Member.resuming(info("ann", "c2"), "s", 2);
    enter("told:a", here);
    assertThat(told()).containsExactly("JOIN c2");
    table.adopt(moved(here), "c1");
    assertThat(shown("told:a")).containsExactly("c1");
    table.leave("told:a", here);
    assertThat(told()).containsExactly("LEAVE c1");
    assertThat(table.size()).isZero();
  }

  private static Move moved(Member member) {
    return new Move(Move.Kind.JOIN, "told:a", member.who, member.session, member.generation);
  }

  @Test
  void usersAreCountedTheSameWhetherMembersAreFewOrMany() {
    table = table(100, 100, Duration.ZERO);
    List<Member> all = new ArrayList<>();
    for (int n = 0; n < 60; n++) {
      Member member = Member.of(info("u" + n % 20, "c" + n));
      all.add(member);
      enter("quiet:a", member);
      assertThat(table.distinctUsers("quiet:a")).isEqualTo(Math.min(20, n + 1));
      UserSample users = table.users("quiet:a");
      assertThat(users.smallest()).hasSize(users.distinct()).isSorted().doesNotHaveDuplicates();
    }
    for (int n = 0; n < 60; n++) {
      table.leave("quiet:a", all.get(n));
      assertThat(table.distinctUsers("quiet:a")).isEqualTo(Math.min(20, 59 - n));
    }
  }
}
