package io.sluice.gateway.hub;

import io.sluice.broker.Publication;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.protocol.Deflation;
import io.sluice.gateway.protocol.WireForm;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives one publication after another to the legs of one loop that want it: [#next], then [#to]
/// for each of them. What serves several is made once. Confined to the loop.
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final Encodings encodings;
  private final FlushQueue flushes;
  private final SharedFilters filters;
  private final DeltaPushes deltas;
  private final Deflation deflation = new Deflation();

  /// Of the present publication.
  private final Map<WireForm, byte[]> pushes = new EnumMap<>(WireForm.class);

  Delivery(Encodings encodings, FlushQueue flushes, SharedFilters filters) {
    this.encodings = encodings;
    this.flushes = flushes;
    this.filters = filters;
    this.deltas = new DeltaPushes(encodings, deflation);
  }

  SharedFilters filters() {
    return filters;
  }

  /// From now on it is about the publication that a cursor stands at.
  void next() {
    pushes.clear();
    deltas.next();
    filters.next();
  }

  /// The one place where a publication goes to a subscriber.
  void to(Leg leg, Window window, WindowCursor cursor) {
    long offset = cursor.offset() + 1;
    if (offset <= leg.sent) {
      return;
    }
    Subscriber subscriber = leg.subscription.subscriber();
    SharedFilter filter = leg.subscription.filter();
    try {
      if (filter != null && !filters.pass(filter, cursor)) {
        leg.sent = offset;
        return;
      }
      boolean taken =
          leg.delta == null
              ? offer(leg, subscriber, window, cursor)
              : deltas.offer(leg, leg.delta, window, cursor);
      if (taken) {
        flushes.add(subscriber);
      }
    } catch (RuntimeException e) {
      log.error("delivering failed channel={} offset={}", leg.subscription.name(), offset, e);
      subscriber.broken(e);
    }
  }

  private boolean offer(Leg leg, Subscriber subscriber, Window window, WindowCursor cursor) {
    WireForm form = leg.subscription.form();
    byte[] push = pushes.get(form);
    if (push == null) {
      push = encodings.push(window, cursor, form, leg.subscription.positioned(), deflation);
      pushes.put(form, push);
    }
    leg.sent = cursor.offset() + 1;
    return push.length > 0 && subscriber.offer(push);
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
