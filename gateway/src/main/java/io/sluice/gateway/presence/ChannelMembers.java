package io.sluice.gateway.presence;

import io.sluice.gateway.protocol.ClientInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The members that one channel has on this node. Changed under the lock of [MemberTable], read by
/// any thread without it: a page costs what it holds, counts cost nothing.
final class ChannelMembers {
  private static final int FEW = 16;

  private final String name;
  private final boolean told;
  private final ConcurrentSkipListMap<String, Member> byClient = new ConcurrentSkipListMap<>();

  /// How many connections of each user, by the user's hash: the smallest hashes stand for all
  /// ([DistinctUsers]). None until there are more than [#FEW] members, who are looked at instead.
  private volatile @Nullable ConcurrentSkipListMap<Long, Integer> users;

  private @Nullable Map<String, Member> bySession;
  private volatile int size;
  private volatile int distinct;

  /// @param told whether subscribers are told who comes and goes
  ChannelMembers(String name, boolean told) {
    this.name = name;
    this.told = told;
  }

  String name() {
    return name;
  }

  boolean told() {
    return told;
  }

  // under the lock

  boolean holds(Member member) {
    return byClient.get(member.shownIn(name)) == member;
  }

  /// Whoever holds a place here for that session.
  @Nullable Member ofSession(String session) {
    return session.isEmpty() || bySession == null ? null : bySession.get(session);
  }

  void add(Member member) {
    byClient.put(member.shownIn(name), member);
    if (users != null) {
      count(users, member);
    } else if (size >= FEW) {
      ConcurrentSkipListMap<Long, Integer> all = new ConcurrentSkipListMap<>();
      byClient.values().forEach(each -> count(all, each));
      users = all;
    }
    if (member.hasSession()) {
      Map<String, Member> sessions = bySession;
      if (sessions == null) {
        sessions = new HashMap<>(2);
        bySession = sessions;
      }
      sessions.put(member.session, member);
    }
    int more = size + 1;
    size = more;
  }

  void remove(Member member) {
    byClient.remove(member.shownIn(name), member);
    if (users != null
        && users.computeIfPresent(member.userHash, (_, n) -> n == 1 ? null : n - 1) == null) {
      int fewer = distinct - 1;
      distinct = fewer;
    }
    if (bySession != null) {
      bySession.remove(member.session, member);
    }
    member.left(name);
    int fewer = size - 1;
    size = fewer;
  }

  /// A member goes on under another id.
  void rename(Member member, String client) {
    if (byClient.putIfAbsent(client, member) == null) {
      byClient.remove(member.shownIn(name), member);
      member.showAs(name, client);
    }
  }

  /// A skip list's size is found by walking it, so users are counted as they come and go.
  private void count(ConcurrentSkipListMap<Long, Integer> all, Member member) {
    if (all.merge(member.userHash, 1, Integer::sum) == 1) {
      int more = distinct + 1;
      distinct = more;
    }
  }

  // for any thread

  int size() {
    return size;
  }

  int distinct() {
    return users == null ? hashesOfFew().length : distinct;
  }

  private long[] hashesOfFew() {
    return byClient.values().stream().mapToLong(it -> it.userHash).distinct().sorted().toArray();
  }

  /// Members in the order of their clients' ids.
  ///
  /// @param after the id they come after; "" = from the first
  List<Seen> page(String after, int limit) {
    List<Seen> page = new ArrayList<>(Math.min(limit, size));
    for (Map.Entry<String, Member> each : byClient.tailMap(after, false).entrySet()) {
      if (page.size() == limit) {
        break;
      }
      Member member = each.getValue();
      ClientInfo shown = new ClientInfo(member.who.user(), each.getKey(), member.who.info());
      page.add(new Seen(shown, member.session, member.generation));
    }
    return page;
  }

  /// The smallest hashes of its users, ascending.
  UserSample users() {
    ConcurrentSkipListMap<Long, Integer> all = users;
    if (all == null) {
      long[] hashes = hashesOfFew();
      return new UserSample(hashes.length, hashes);
    }
    int known = distinct;
    long[] smallest = new long[Math.min(DistinctUsers.SAMPLE, known)];
    int n = 0;
    for (Long hash : all.keySet()) {
      if (n == smallest.length) {
        break;
      }
      smallest[n++] = hash;
    }
    // somebody may have gone meanwhile
    return n == smallest.length
        ? new UserSample(known, smallest)
        : new UserSample(n, Arrays.copyOf(smallest, n));
  }
}
