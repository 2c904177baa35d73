package io.sluice.gateway.presence;

import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.protocol.ClientInfo;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Who is subscribed on this node, by channel, where the namespace keeps account of it.
///
/// Who goes but is expected back (its connection was lost, and its session may go on with another)
/// stays for `presence.linger`. A connection that goes on with a session takes over its place,
/// under the id it was shown with, so that nobody sees it go and come.
///
/// Thread-safe. Changes are made under one lock, a microsecond each, and what others must hear of
/// them is noted in the same order; reading takes no lock.
final class MemberTable {
  /// Who comes and goes all the time leaves as many notes; beyond this nobody is waited for.
  private static final int MOST_AWAY_OF_EACH = 2;

  /// Of those who were away for too long, how many go in one call: half a millisecond or so, for
  /// which loops wait.
  static final int MOST_AT_ONCE = 500;

  private final PresenceConfig config;
  private final LongSupplier nanos;
  private final Consumer<Move> moves;
  private final Map<String, ChannelMembers> channels = new ConcurrentHashMap<>();
  private final ArrayDeque<Away> away = new ArrayDeque<>();
  private volatile int size;

  /// Whether nobody is told.
  enum Quietly {
    YES,
    NO
  }

  /// @param until the nanosecond at which it is given up
  private record Away(ChannelMembers channel, Member member, long until) {}

  /// @param nanos a clock as `System.nanoTime`
  /// @param moves told under the lock, so it must be quick
  MemberTable(PresenceConfig config, LongSupplier nanos, Consumer<Move> moves) {
    this.config = config;
    this.nanos = nanos;
    this.moves = moves;
  }

  /// A connection is subscribed now.
  ///
  /// @return whether there was room; otherwise it is not shown
  synchronized boolean enter(String channel, NamespaceConfig policy, Member member) {
    ChannelMembers members =
        channels.computeIfAbsent(channel, name -> new ChannelMembers(name, policy.joinLeave()));
    if (members.holds(member)) {
      member.back(channel);
      return true;
    }
    Member before = members.ofSession(member.session);
    if (before != null && before.generation > member.generation) {
      return true; // it has been superseded, and is about to hear it
    }
    if (before != null) {
      String shown = before.shownIn(channel);
      members.remove(before);
      member.showAs(channel, shown);
      members.add(member);
      return true;
    }
    if (size >= config.maxMembers() || members.size() >= config.maxMembersPerChannel()) {
      dropEmpty(members);
      return false;
    }
    members.add(member);
    grow(1);
    if (members.told() || member.resumed) {
      tell(Move.Kind.JOIN, members, member); // elsewhere it may be expected back
    }
    return true;
  }

  /// A connection is subscribed no more. Without effect when it was not.
  synchronized void leave(String channel, Member member) {
    ChannelMembers members = channels.get(channel);
    if (members != null && members.holds(member)) {
      leave(members, member);
    }
  }

  private void leave(ChannelMembers members, Member member) {
    if (members.told()) {
      tell(Move.Kind.LEAVE, members, member);
    }
    remove(members, member);
  }

  private void remove(ChannelMembers members, Member member) {
    members.remove(member);
    grow(-1);
    dropEmpty(members);
  }

  /// A connection is subscribed no more, but is expected back: with the next of its session, or by
  /// itself.
  synchronized void away(String channel, Member member) {
    ChannelMembers members = channels.get(channel);
    if (members == null || !members.holds(member)) {
      return;
    }
    if (config.linger().isZero() || away.size() >= (long) MOST_AWAY_OF_EACH * config.maxMembers()) {
      leave(members, member);
      return;
    }
    long until = nanos.getAsLong() + config.linger().toNanos();
    member.awayFrom(channel, until);
    away.add(new Away(members, member, until));
    if (members.told() && member.hasSession()) {
      tell(Move.Kind.AWAY, members, member);
    }
  }

  /// A connection that has ended is not expected back.
  synchronized void giveUp(Member member) {
    member.awayFrom().forEach(channel -> leave(channel, member));
  }

  /// Lets those go who were away for too long, [#MOST_AT_ONCE] at most.
  ///
  /// @return nanoseconds until somebody else will have been, 0 where somebody has been already; −1:
  ///   nobody is away
  synchronized long expire() {
    long now = nanos.getAsLong();
    int looked = 0;
    for (Away first = away.peek(); first != null; first = away.peek()) {
      if (first.until() - now > 0) {
        return first.until() - now;
      }
      if (looked == MOST_AT_ONCE) {
        return 0;
      }
      looked++;
      away.remove();
      if (isStillAway(first)) {
        leave(first.channel(), first.member());
      }
    }
    return -1;
  }

  /// Lets everybody go who is away.
  synchronized void expireAll() {
    for (Away each = away.poll(); each != null; each = away.poll()) {
      if (isStillAway(each)) {
        leave(each.channel(), each.member());
      }
    }
  }

  private static boolean isStillAway(Away it) {
    return it.member().isAway(it.channel().name(), it.until()) && it.channel().holds(it.member());
  }

  /// A session went on with another connection: this node's place of it goes.
  ///
  /// @param quietly nobody is told, since the other has taken over the place
  synchronized void supersede(Move by, Quietly quietly) {
    ChannelMembers members = channels.get(by.channel());
    Member older = members == null ? null : members.ofSession(by.session());
    if (members == null || older == null || older.generation >= by.generation()) {
      return;
    }
    switch (quietly) {
      case YES -> remove(members, older);
      case NO -> leave(members, older);
    }
  }

  /// A member of this node goes by this client's id, as of a place that it took over elsewhere.
  synchronized void adopt(Move by, String client) {
    ChannelMembers members = channels.get(by.channel());
    Member member = members == null ? null : members.ofSession(by.session());
    if (members != null && member != null && member.generation == by.generation()) {
      members.rename(member, client);
    }
  }

  private void tell(Move.Kind kind, ChannelMembers members, Member member) {
    ClientInfo who = member.who;
    ClientInfo shown = new ClientInfo(who.user(), member.shownIn(members.name()), who.info());
    moves.accept(new Move(kind, members.name(), shown, member.session, member.generation));
  }

  private void grow(int by) {
    int now = size + by;
    size = now;
  }

  private void dropEmpty(ChannelMembers members) {
    if (members.size() == 0) {
      channels.remove(members.name(), members);
    }
  }

  // for any thread, without the lock

  /// Members of all channels.
  int size() {
    return size;
  }

  /// How many members a channel has.
  int clients(String channel) {
    ChannelMembers members = channels.get(channel);
    return members == null ? 0 : members.size();
  }

  /// How many different users they are.
  int distinctUsers(String channel) {
    ChannelMembers members = channels.get(channel);
    return members == null ? 0 : members.distinct();
  }

  /// The users among them.
  UserSample users(String channel) {
    ChannelMembers members = channels.get(channel);
    return members == null ? new UserSample(0, new long[0]) : members.users();
  }

  /// Some of them, in the order of their clients' ids.
  ///
  /// @param after the id they come after; "" = from the first
  List<Seen> page(String channel, String after, int limit) {
    ChannelMembers members = channels.get(channel);
    return members == null ? List.of() : members.page(after, limit);
  }
}
