package io.sluice.perf.stress;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.doIfOrElse;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.http.action.ws.WsInboundMessage;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Users who connect, subscribe and listen while somebody publishes. What is published reaches
/// Gatling unasked, so nothing is checked by Gatling's own checks, which drop whatever they were
/// not waiting for: all frames are kept in a buffer that each user empties ten times a second.
///
/// See [StressPlan] for the system properties that it is told by.
public abstract class StressSimulation extends Simulation {
  private static final String MEMBER = "member";
  private static final Duration LOOK = Duration.ofMillis(100);

  /// Frames between two looks of a user, by far.
  private static final int BUFFER = 10_000;

  private static final Duration LATEST_BACK = Duration.ofSeconds(1);
  private static final Duration SERVICES_COME = Duration.ofSeconds(2);
  private static final Duration LONGEST_ENDING = Duration.ofMinutes(2);

  private final StressRun run;

  /// @param scenario what is played
  @SuppressWarnings("this-escape") // Gatling wants to be told everything here
  protected StressSimulation(StressScenario scenario) {
    StressPlan plan = StressPlan.of(scenario, System::getProperty);
    run = new StressRun(plan);
    List<PopulationBuilder> all = new ArrayList<>();
    all.add(users().injectOpen(rampUsers(plan.users()).during(plan.ramp())));
    if (plan.services() > 0) {
      all.add(
          Requests.services(run)
              .injectOpen(
                  nothingFor(plan.ramp()), // until somebody listens to each of them
                  rampUsers(plan.services()).during(SERVICES_COME)));
    }
    setUp(all)
        .protocols(protocol())
        .assertions(plan.goals().assertions(plan.nodes()))
        .maxDuration(plan.ramp().plus(plan.lasts()).plus(LONGEST_ENDING));
  }

  @Override
  public void before() {
    run.begin();
  }

  @Override
  public void after() {
    run.end();
  }

  private static HttpProtocolBuilder protocol() {
    return http.disableWarmUp().disableCaching().wsUnmatchedInboundMessageBufferSize(BUFFER);
  }

  private ScenarioBuilder users() {
    return scenario("users")
        .exec(run.measures())
        .exec(session -> session.set(MEMBER, run.join()))
        .exec(asLongAs(session -> !member(session).isDone()).on(connection()))
        .exec(session -> {
          run.leave(member(session));
          return session;
        });
  }

  /// From the handshake until it is of no use any more.
  private static ChainBuilder connection() {
    return exec(
            session -> {
              member(session).begins();
              return session;
            })
        .exec(ws("handshake").connect(session -> member(session).url()))
        .exec(
            doIfOrElse(Session::isFailed)
                .then(
                    // without this Gatling would take the refused one for open
                    exec(ws("close").close()),
                    exec(session -> {
                      member(session).refused();
                      return session.markAsSucceeded();
                    }))
                .orElse(
                    exec(ws("commands").sendText(session -> member(session).opening())),
                    asLongAs(session -> member(session).stays()).on(listen()),
                    exec(ws("close").close()),
                    exec(session -> {
                      member(session).leaves();
                      return session.markAsSucceeded();
                    })))
        .exec(doIf(session -> !member(session).isDone()).then(pause(Duration.ZERO, LATEST_BACK)));
  }

  private static ChainBuilder listen() {
    return pause(LOOK)
        .exec(
            ws.processUnmatchedMessages((frames, session) -> {
              frames.forEach(frame -> hear(member(session), frame));
              return session;
            }))
        .exec(
            // what comes from here on to the next look stays in the buffer, which a frame that is
            // sent
            // empties: nothing may come between the two, and both are one task of the user's loop
            doIf(session -> member(session).hasToSay())
                .then(exec(ws("pong").sendText(session -> member(session).said()))));
  }

  private static void hear(Member member, WsInboundMessage frame) {
    if (frame instanceof WsInboundMessage.Text text) {
      member.hears(text.message(), text.timestamp());
    }
  }

  private static Member member(Session session) {
    Member member = session.get(MEMBER);
    if (member == null) {
      throw new IllegalStateException("a user without a member");
    }
    return member;
  }
}
