package io.sluice.gateway.hub;

import io.sluice.broker.Publication;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.hub.Subscriber.Offered;
import io.sluice.gateway.protocol.Deflation;
import io.sluice.gateway.protocol.WireForm;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives one publication after another to the legs of one loop that want it: [#next], then [#to]
/// for each of them. What serves several is made once. Confined to the loop.
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final Encodings encodings;
  private final FlushQueue flushes;
  private final SharedFilters filters;
  private final boolean coalesce;
  private final DeltaPushes deltas;
  private final Deflation deflation = new Deflation();

  // of the present publication
  private final Map<WireForm, byte[]> pushes = new EnumMap<>(WireForm.class);
  private @Nullable Boolean deliverable;
  private long time;
  private @Nullable LoopAges ages;
  private FlushQueue.Lane lane;

  /// @param coalesce whether what a turn brings to a connection leaves together
  Delivery(Encodings encodings, FlushQueue flushes, SharedFilters filters, boolean coalesce) {
    this.encodings = encodings;
    this.flushes = flushes;
    this.filters = filters;
    this.coalesce = coalesce;
    this.deltas = new DeltaPushes(encodings, deflation);
    this.lane = flushes.lane(Duration.ZERO, 1);
  }

  SharedFilters filters() {
    return filters;
  }

  /// From now on it is about the publication that a cursor stands at.
  ///
  /// @param any of its channel's subscriptions
  /// @param subscribers how many it has on this loop
  void next(Subscription any, int subscribers) {
    lane = flushes.lane(any.policy().maxDelay(), subscribers);
    pushes.clear();
    deliverable = null;
    ages = null;
    deltas.next();
    filters.next();
  }

  /// The same of one that has just come: how old it is when it is written counts.
  ///
  /// @param recordTime milliseconds since 1970
  /// @param of counts it
  void news(Subscription any, int subscribers, long recordTime, LoopAges of) {
    next(any, subscribers);
    time = recordTime;
    ages = of;
  }

  /// The one place where a publication goes to a subscriber.
  ///
  /// @return `FULL`: nothing has changed; otherwise the leg is done with it
  Offered to(Leg leg, Window window, WindowCursor cursor) {
    long offset = cursor.offset() + 1;
    if (offset <= leg.sent) {
      return Offered.DROPPED;
    }
    Subscriber subscriber = leg.subscription.subscriber();
    SharedFilter filter = leg.subscription.filter();
    Offered offered = Offered.DROPPED;
    try {
      if (filter == null || filters.pass(filter, cursor)) {
        offered =
            leg.delta == null
                ? offer(leg, subscriber, window, cursor)
                : deltas.offer(leg, leg.delta, window, cursor);
      }
      if (offered == Offered.TAKEN) {
        leg.told = offset;
        given(subscriber);
      }
    } catch (RuntimeException | OutOfMemoryError e) { // also when Netty's own memory has run out
      log.error("delivering failed channel={} offset={}", leg.subscription.name(), offset, e);
      subscriber.broken(e);
    }
    if (offered != Offered.FULL) {
      leg.sent = offset;
    }
    return offered;
  }

  private void given(Subscriber subscriber) {
    LoopAges counting = ages;
    if (counting != null) {
      subscriber.news(time, counting);
    }
    if (coalesce) {
      flushes.add(subscriber, lane);
    } else {
      subscriber.flush();
    }
  }

  private Offered offer(Leg leg, Subscriber subscriber, Window window, WindowCursor cursor) {
    WireForm form = leg.subscription.form();
    byte[] push = pushes.get(form);
    if (push == null) {
      push = encodings.push(window, cursor, form, leg.subscription.positioned(), deflation);
      pushes.put(form, push);
    }
    return push.length == 0 ? Offered.DROPPED : subscriber.offer(push);
  }

  /// The same for the first publication after some that were left out, which says how many.
  Offered after(long missed, Leg leg, Window window, WindowCursor cursor) {
    Subscriber subscriber = leg.subscription.subscriber();
    byte[] push = encodings.afterMissed(missed, leg.subscription, window, cursor);
    Offered offered = push.length == 0 ? Offered.DROPPED : subscriber.offer(push);
    if (leg.delta != null) {
      leg.delta.offset = offered == Offered.TAKEN ? cursor.offset() : LastSent.NOTHING;
    }
    if (offered == Offered.TAKEN) {
      leg.told = cursor.offset() + 1;
      given(subscriber);
    }
    if (offered != Offered.FULL) {
      leg.sent = cursor.offset() + 1;
    }
    return offered;
  }

  /// The same for a channel's newest value, wherever it is kept, and for one leg alone.
  Offered newest(Leg leg, Window window, Publication value) {
    if (value.offset() <= leg.sent) {
      return Offered.DROPPED;
    }
    Subscription subscription = leg.subscription;
    next(subscription, 1);
    Offered offered = Offered.DROPPED;
    if (wanted(subscription, value)) {
      byte[] push = encodings.alone(window, value, subscription.form(), subscription.positioned());
      offered = subscription.subscriber().offer(push);
    }
    if (offered == Offered.TAKEN) {
      leg.told = value.offset();
      given(subscription.subscriber());
    }
    if (offered != Offered.FULL) {
      leg.sent = value.offset();
    }
    return offered;
  }

  /// Whether there is anything to deliver, looked up once for each publication.
  private boolean deliverable(WindowCursor cursor) {
    Boolean known = deliverable;
    if (known == null) {
      known = cursor.publication().isPresent();
      deliverable = known;
    }
    return known;
  }

  /// Whether a leg wants the publication that the cursor stands at and was not given it yet.
  boolean wanted(Leg leg, WindowCursor cursor) {
    SharedFilter filter = leg.subscription.filter();
    return cursor.offset() >= leg.sent
        && deliverable(cursor)
        && (filter == null || filters.pass(filter, cursor));
  }

  /// Whether a subscription wants a publication that is given to it in an answer.
  boolean wanted(Subscription subscription, Publication publication) {
    SharedFilter filter = subscription.filter();
    return filter == null || filters.pass(filter, publication);
  }

  /// What patches and filters took since this was last asked, in pushes.
  int takeWork() {
    return deltas.takeWork() + filters.takeWork();
  }
}
