package io.sluice.gateway.hub;

import io.sluice.broker.Newest;
import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.broker.Window;
import io.sluice.gateway.hub.Subscriber.Offered;
import io.sluice.gateway.protocol.JsonReplies;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The channels wanted on one event loop, and the turn that delivers to them. Confined to the loop,
/// except for [#wake], [#windowReplaced], [#repartitioned] and [#ask], which any thread may call.
public final class HubShard {
  private static final Logger log = LoggerFactory.getLogger(HubShard.class);

  /// The most records an answer may hold, whatever their size.
  private static final int RECORDS_IN_ANSWER = 1_024;

  private final int loop;
  private final LoopThread thread;
  private final Hub hub;
  private final AtomicBoolean awake = new AtomicBoolean();
  private final Map<Feed, PartitionTable> tables = new HashMap<>();
  private final FlushQueue flushes;
  private final Delivery delivery;
  private final CatchUps catchUps;
  private final Bookmarks bookmarks;
  private final Anchoring anchoring;
  private final LongAdder anchored;
  private final Audience audience;
  private final PartitionTurns turns;

  HubShard(
      int loop,
      LoopThread thread,
      Hub hub,
      Encodings encodings,
      SharedFilters filters,
      PositionTokens tokens,
      LagCounts lags,
      LongAdder anchored,
      boolean coalesce) {
    this.loop = loop;
    this.thread = thread;
    this.flushes = new FlushQueue(thread);
    this.hub = hub;
    this.delivery = new Delivery(encodings, flushes, filters, coalesce);
    this.catchUps = new CatchUps(delivery, hub::replays, thread, this::end, this::wake, lags);
    this.bookmarks = new Bookmarks(loop, tokens);
    this.anchored = anchored;
    this.anchoring = new Anchoring(loop, this::renew);
    this.audience = new Audience(thread, flushes);
    Following following = new Following(hub.fanOuts(), loop, hub::ages, flushes);
    flushes.whenFlushed(following::flushed);
    this.turns = new PartitionTurns(loop, delivery, catchUps, following, this::end);
  }

  /// Who is told of joins and leaves.
  public Audience audience() {
    return audience;
  }

  /// Where its connections stand.
  public Bookmarks bookmarks() {
    return bookmarks;
  }

  /// The thread everything else happens on.
  public LoopThread thread() {
    return thread;
  }

  /// The filters of its subscriptions.
  public SharedFilters filters() {
    return delivery.filters();
  }

  // delivering

  /// Something is to be read. At most one task is outstanding.
  void wake() {
    if (awake.compareAndSet(false, true)) {
      thread.execute(this::turn);
    }
  }

  private void turn() {
    awake.set(false); // first: a flag raised from here on means another turn
    boolean more = false;
    for (PartitionTable table : tables.values()) {
      try {
        more |= turns.deliver(table);
      } catch (RuntimeException | OutOfMemoryError e) {
        log.error("delivering failed partition={}", table.feed.partition(), e);
        table.legs().forEach(leg -> end(leg.subscription, Lost.LOG)); // they come back
      }
    }
    more |= catchUps.readOn();
    if (more && awake.compareAndSet(false, true)) {
      thread.later(this::turn);
    }
    flushes.flushSoon();
  }

  // subscribing

  /// Takes a subscription up without a past: it gets what comes from now on.
  ///
  /// @return the position it begins at
  public Position subscribe(Subscription subscription, TailedPartition partition) {
    Leg leg = enter(subscription, partition, partition.window());
    leg.sent = partition.newsFrom();
    leg.told = leg.sent;
    return new Position(leg.window.epoch(), leg.sent);
  }

  /// Takes a subscription up from a position this node has yet to reach.
  ///
  /// @param window what the position was judged against
  /// @return that position
  public Position subscribeAhead(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    Leg leg = enter(subscription, partition, window);
    leg.sent = since;
    leg.told = since;
    if (window.tail() > since) {
      readOn(leg, since); // the tail has overtaken it meanwhile
    }
    return new Position(window.epoch(), since);
  }

  /// Takes a subscription up from a position in the window, with no gap: first the interest, then
  /// the tail, then what lies between, then the floor once more. A batch appended before the first
  /// step is seen by the second; one appended after it sees the interest; what both see is dropped
  /// by the rule on `sent`.
  ///
  /// @param window what the position was judged against
  /// @param since the Kafka offset to go on from
  /// @param maxBytes how much the answer may hold; what is beyond comes as ordinary pushes
  public Caught subscribeSince(
      Subscription subscription,
      TailedPartition partition,
      Window window,
      long since,
      long maxBytes) {
    Leg leg = enter(subscription, partition, window);
    long tail = window.tail();
    String key = subscription.channel().key();
    List<Publication> missed = new ArrayList<>();
    long bytes = 0;
    long next = Leg.LIVE;
    long[] offsets = window.channel(key, since, tail, RECORDS_IN_ANSWER);
    for (long offset : offsets) {
      Publication publication = window.at(offset).orElse(null);
      if (publication == null || !delivery.wanted(subscription, publication)) {
        continue;
      }
      long size = JsonReplies.sizeInAnswer(publication, subscription.delta());
      if (bytes + size > maxBytes) {
        next = offset;
        break;
      }
      bytes += size;
      missed.add(publication);
    }
    if (window.floor() > since) {
      unsubscribe(subscription); // what was read may have a hole
      return new Caught.Lost();
    }
    if (next == Leg.LIVE && offsets.length == RECORDS_IN_ANSWER) {
      next = offsets[offsets.length - 1] + 1;
    }
    if (leg.delta != null && !missed.isEmpty()) {
      leg.delta.offset = missed.getLast().offset() - 1; // whole, in the answer
    }
    boolean through = next == Leg.LIVE;
    leg.sent = through ? tail : next;
    if (!through) {
      readOn(leg, next);
    }
    Position at = new Position(window.epoch(), through && missed.isEmpty() ? tail : since);
    leg.told = missed.isEmpty() ? at.offset() : missed.getLast().offset();
    return new Caught.All(at, missed, bytes);
  }

  private void readOn(Leg leg, long from) {
    catchUps.add(leg, from);
    wake();
  }

  /// Takes a subscription up from a position, with no gap: everything after it comes as pushes,
  /// once [#readTogether] was called for it in the same task. Also from a position this node has
  /// yet to reach.
  ///
  /// @param window what the position was judged against
  /// @param since the Kafka offset to go on from
  /// @return whether it is still there; not: some of it has left the window meanwhile
  public boolean subscribeReading(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    Leg leg = enter(subscription, partition, window);
    leg.sent = since;
    leg.told = since;
    leg.next = since;
    if (window.floor() > since) {
      unsubscribe(subscription);
      return false;
    }
    return true;
  }

  /// Takes a subscription up from a position below the window. Everything after it comes as pushes,
  /// once [#readTogether] was called for it in the same task; or it is told that it cannot.
  ///
  /// @param window what the position was judged against
  /// @param since the Kafka offset to go on from
  public void subscribeBelow(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    Leg leg = enter(subscription, partition, window);
    leg.sent = since;
    leg.told = since;
    leg.next = since;
  }

  /// Takes a subscription up to a channel of which only the newest value counts: its client is
  /// given that, unless it has it, and then what comes. First the interest, then the tail, then the
  /// value, so that none is missed between; what is seen twice is dropped by the rule on `sent`,
  /// which is the value's offset should it be above the tail already. While a starting node still
  /// reads the past, that is news here.
  ///
  /// @param has up to where the client has everything, in this window's lineage; 0: nothing
  /// @param maxBytes how much the answer may hold; a larger value comes as a push, once
  ///   [#readTogether] was called for it in the same task
  public Latest subscribeNewest(
      Subscription subscription,
      TailedPartition partition,
      Window window,
      long has,
      long maxBytes) {
    Leg leg = enter(subscription, partition, window);
    long reached = Math.max(window.tail(), has);
    Newest newest = window.newest(subscription.channel().key());
    Optional<Publication> wanted =
        newest.found().filter(p -> p.offset() > has && delivery.wanted(subscription, p));
    long size =
        wanted.map(p -> (long) JsonReplies.sizeInAnswer(p, subscription.delta())).orElse(0L);
    if (wanted.isPresent() && size > maxBytes) {
      long before = wanted.get().offset() - 1;
      leg.sent = before;
      leg.told = before;
      leg.next = before;
      Position at = new Position(window.epoch(), before);
      return new Latest(newest, at, Optional.empty(), 0, /* follows= */ true);
    }
    leg.sent = Math.max(reached, newest.found().map(Publication::offset).orElse(0L));
    leg.told = wanted.map(Publication::offset).orElse(leg.sent);
    Position at = new Position(window.epoch(), leg.sent);
    return new Latest(newest, at, wanted, size, /* follows= */ false);
  }

  /// Lets subscriptions of one connection read what they missed, those of one partition together,
  /// in the log's order.
  public void readTogether(List<Subscription> subscriptions) {
    List<Leg> legs = subscriptions.stream().flatMap(each -> each.legs.stream()).toList();
    if (!legs.isEmpty()) {
      catchUps.addTogether(legs);
      wake();
    }
  }

  private Leg enter(Subscription subscription, TailedPartition partition, Window window) {
    Feed feed = hub.feed(partition);
    String key = subscription.channel().key();
    Leg leg = new Leg(subscription, partition, window);
    leg.sent = Long.MAX_VALUE; // nothing goes out before the answer is made
    PartitionTable table =
        tables.computeIfAbsent(
            feed,
            _ -> new PartitionTable(feed, hub.ages(subscription.channel().namespace()).of(loop)));
    table.add(key, leg);
    leg.table = table;
    subscription.legs.add(leg);
    feed.want(key, loop);
    return leg;
  }

  /// Ends a subscription; without effect when it has ended.
  public void unsubscribe(Subscription subscription) {
    String key = subscription.channel().key();
    for (Leg leg : subscription.legs) {
      Feed feed = hub.feed(leg.partition);
      PartitionTable table = tables.get(feed);
      if (table != null && table.remove(key, leg)) {
        feed.unwant(key, loop);
      }
      if (leg.below != null) {
        leg.below.detached();
      }
    }
    subscription.legs.clear();
  }

  /// Ends a subscription that cannot keep its promise, and has its client told.
  private void end(Subscription subscription, Lost why) {
    unsubscribe(subscription);
    subscription.subscriber().insufficientState(subscription, why);
    flushes.add(subscription.subscriber());
  }

  /// Forgets the partitions. For any thread.
  void close() {
    thread.execute(tables::clear);
  }

  // quiet channels

  /// Up to where a subscription was served, if its client does not know.
  public Optional<Standing> standing(Subscription subscription) {
    return Standing.of(subscription, loop);
  }

  /// Looks from now on, every now and then, whose position grows old.
  void lookForOldPositions() {
    thread.after(
        Anchoring.EVERY,
        () -> {
          try {
            hub.fanOuts().look();
            anchoring.look(tables.values());
            flushes.flushSoon();
          } catch (RuntimeException e) {
            log.error("positions could not be renewed", e);
          } finally {
            lookForOldPositions();
          }
        });
  }

  /// Who asked for the channel itself is asked to come back, and goes on from where it is served
  /// now; who did not is told where that is.
  private void renew(Leg leg) {
    Subscription subscription = leg.subscription;
    long standing = leg.standing();
    switch (subscription.side()) {
      case CLIENT -> {
        if (subscription.filter() == null) { // with another filter it would want what was kept back
          subscription.anchor(new Anchor(leg.window.serial(), leg.told, standing));
        }
        end(subscription, Lost.QUIET);
      }
      case SERVER -> {
        Subscriber subscriber = subscription.subscriber();
        WireForm form = subscriber.form().plain();
        byte[] push =
            form.encoding()
                .replies()
                .subscribePush(
                    form, subscription.name(), new Position(leg.window.epoch(), standing));
        if (subscriber.offer(push) == Offered.TAKEN) {
          leg.told = standing;
          flushes.add(subscriber);
        }
      }
    }
    anchored.increment();
  }

  // what tailers tell

  void windowReplaced(TailedPartition partition, Window old) {
    thread.execute(() -> {
      PartitionTable table = tables.get(hub.feed(partition));
      if (table != null) {
        for (Leg leg : table.legs()) {
          if (leg.attached() && leg.window == old) {
            end(leg.subscription, Lost.LOG);
          }
        }
        flushes.flushSoon();
      }
    });
  }

  void repartitioned(TopicBinding binding, int before, int now) {
    thread.execute(() -> {
      for (PartitionTable table : List.copyOf(tables.values())) {
        if (table.feed.partition().binding().equals(binding)) {
          for (Leg leg : table.legs()) {
            if (leg.attached() && moved(leg, binding, before, now)) {
              end(leg.subscription, Lost.LOG);
            }
          }
        }
      }
      flushes.flushSoon();
    });
  }

  private static boolean moved(Leg leg, TopicBinding binding, int before, int now) {
    if (leg.subscription.spread()) {
      return true; // it needs a leg in the new partitions
    }
    byte[] key = binding.key().encode(leg.subscription.channel().key()).orElse(new byte[0]);
    return binding.partitioner().partition(key, before)
        != binding.partitioner().partition(key, now);
  }

  /// Asks on the loop; the question must be quick. For any thread.
  <T> CompletableFuture<T> ask(Function<Collection<PartitionTable>, T> question) {
    return CompletableFuture.supplyAsync(() -> question.apply(tables.values()), thread::execute);
  }
}
