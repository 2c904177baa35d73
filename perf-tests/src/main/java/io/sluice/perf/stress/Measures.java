package io.sluice.perf.stress;

import io.gatling.commons.stats.KO$;
import io.gatling.commons.stats.OK$;
import io.gatling.commons.stats.Status;
import io.gatling.core.action.Action;
import io.gatling.core.action.builder.ActionBuilder;
import io.gatling.core.stats.StatsEngine;
import io.gatling.core.structure.ScenarioContext;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.List$;

/// What Gatling cannot see by itself, told to it as requests of these names: what clients are given
/// without having asked, and what the servers need. It is a step of a scenario that does nothing,
/// by which it comes to know Gatling's statistics. Any thread, once the scenarios are built.
final class Measures implements io.gatling.javaapi.core.ActionBuilder {
  /// A publication, from the moment it was due.
  static final String DELIVERY = "delivery";

  /// A publication that a user was not given although it should have been, was given twice, or out
  /// of order. Each is a failure; a success is told once, so that there is something to judge.
  static final String LOST = "lost, twice or out of order";

  /// A connection that ended: well when it was told to, badly when nobody wanted it to.
  static final String STAY = "connections that stay";

  /// The same of clients that read too slowly.
  static final String SLOW_STAY = "connections of slow clients that stay";

  /// A publish, until the log has it.
  static final String PUBLISH = "publish";

  /// A client that reads too slowly fell behind.
  static final String LAG = "slow clients that fell behind";

  /// A connection, from the handshake until all its subscriptions are answered.
  static final String JOIN = "connect and subscribe";

  /// A subscription of one who comes back; failed when not all that was missed could be had.
  static final String RECOVERY = "recovery";

  /// How long a user was away: from when it heard the last thing, or left, until all its
  /// subscriptions are answered again.
  static final String BACK = "back after being away";

  /// A look at all nodes; failed when one did not answer of which nothing is known otherwise.
  static final String LOOK = "looks at nodes";

  /// Losses that are told one by one; what is beyond is told in a remark only.
  static final int MOST_LOST = 10_000;

  private final ConcurrentMap<String, LongAdder> well = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> badly = new ConcurrentHashMap<>();
  private final AtomicLong lost = new AtomicLong();
  private @Nullable StatsEngine known;
  private volatile @Nullable StatsEngine engine;
  private volatile long begun;

  /// Processor time of a node in a second; a millisecond stands for a hundredth of a processor.
  ///
  /// @param node from 1
  static String cpu(int node) {
    return "node-" + node + " CPU, %";
  }

  /// What a node's process holds; a millisecond stands for a megabyte.
  ///
  /// @param node from 1
  static String memory(int node) {
    return "node-" + node + " memory, MB";
  }

  /// What a node has more in use late in a run than early; a millisecond stands for a megabyte.
  ///
  /// @param node from 1
  static String growth(int node) {
    return "node-" + node + " memory growth, MB";
  }

  @Override
  public ActionBuilder asScala() {
    return new ActionBuilder() {
      @Override
      public Action build(ScenarioContext context, Action next) {
        known = context.coreComponents().statsEngine();
        return next;
      }
    };
  }

  /// The first user is here. Told of anything before, Gatling would write nothing at all.
  void begin() {
    begun = System.currentTimeMillis();
    engine = known;
    took(LOST, begun, begun);
  }

  /// Something went well.
  ///
  /// @param began when, ms since 1970
  /// @param ended when, ms since 1970
  void took(String what, long began, long ended) {
    well.computeIfAbsent(what, _ -> new LongAdder()).increment();
    log(what, began, ended, OK$.MODULE$, Option.empty());
  }

  /// Something went wrong.
  ///
  /// @param began when, ms since 1970
  /// @param why for people
  void failed(String what, long began, String why) {
    badly.computeIfAbsent(what, _ -> new LongAdder()).increment();
    log(what, began, Math.max(began, System.currentTimeMillis()), KO$.MODULE$, Option.apply(why));
  }

  /// A figure in place of a time, unless it is none. One that would reach back before the run,
  /// which Gatling would take for its beginning, is told as if it began there.
  void value(String what, double value) {
    if (Double.isFinite(value)) {
      long began = Math.max(begun, System.currentTimeMillis() - Math.round(value));
      took(what, began, began + Math.round(value));
    }
  }

  /// A user was not given what it should have been, or was given what it should not.
  ///
  /// @param many publications
  void lost(long many, String why) {
    long before = lost.getAndAdd(many);
    for (long i = before; i < Math.min(MOST_LOST, before + many); i++) {
      failed(LOST, System.currentTimeMillis(), why);
    }
  }

  /// How many that were.
  long lost() {
    return lost.get();
  }

  /// How often something went well so far.
  long well(String what) {
    LongAdder times = well.get(what);
    return times == null ? 0 : times.sum();
  }

  /// How often something went wrong so far.
  long badly(String what) {
    LongAdder times = badly.get(what);
    return times == null ? 0 : times.sum();
  }

  private void log(String what, long began, long ended, Status status, Option<String> why) {
    StatsEngine told = engine;
    if (told != null) {
      long from =
          Math.max(began, begun); // what reaches back before it would be Gatling's beginning
      long to = Math.max(from, ended);
      told.logResponse("users", List$.MODULE$.empty(), what, from, to, status, Option.empty(), why);
    }
  }
}
