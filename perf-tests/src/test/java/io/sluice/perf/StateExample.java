package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;

/// The example of a state that is loaded and then followed (`python/orders.py`, `js/orders.mjs`),
/// while records are written all the time.
final class StateExample implements AutoCloseable {
  /// The page's section.
  static final String SECTION = "State of your own";

  /// The page's word for its command.
  static final String SERVICE = "State service";

  private static final String IN = SECTION + "/";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int CLIENTS = 4;

  /// What a client has heard before the next one starts.
  private static final int CHANGES = 50;

  /// The page's.
  private static final String KEY = "42";

  private static final NewTopic TOPIC = new NewTopic("sluice.default", 12, (short) 1);
  private static final Pattern STATE = Pattern.compile("\\{\"total\":\\d+,\"status\":\"(\\d*)\"}");

  private final Examples examples;
  private final String kafka;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<RunningCommand> clients = new ArrayList<>();
  private RunningCommand service;

  StateExample(Examples examples, String kafka) throws IOException {
    this.examples = examples;
    this.kafka = kafka;
    this.service = examples.start(IN + SERVICE);
  }

  /// Clients come while the order changes, and while the service is away and goes on from its
  /// database. None misses a change, or adds one twice.
  void isFollowedWithoutAGap() throws Exception {
    try (OrderChanges changes = OrderChanges.start(kafka, TOPIC.name(), KEY)) {
      for (int i = 0; i < CLIENTS; i++) {
        oneMoreFollows();
      }
      end(service);
      RunningCommand early = examples.start(IN + "Subscribe");
      clients.add(early);
      early.awaitErr(LIMIT, line -> line.startsWith("error"));
      service = examples.start(IN + SERVICE);
      hears(early);
      allHave(changes.stop());
    }
    assertThat(clients).allMatch(client -> loads(client) == 1);
  }

  /// Of a topic made anew, too, everybody has the state; nobody adds to that of the one before.
  void isLoadedAgainWhenTheLogIsAnother() throws Exception {
    TopicAnew.make(kafka, TOPIC, LIMIT);
    try (OrderChanges changes = OrderChanges.start(kafka, TOPIC.name(), KEY)) {
      for (RunningCommand client : clients) {
        Eventually.so(LIMIT, () -> loads(client) > 1, client::toString);
      }
      oneMoreFollows();
      allHave(changes.stop());
    }
  }

  /// The page's own record comes to all.
  void showsWhatIsProduced() throws Exception {
    try (RunningCommand producer = examples.start(IN + "Produce")) {
      assertThat(producer.awaitExit(LIMIT)).as(producer::toString).isZero();
    }
    for (RunningCommand client : clients) {
      client.awaitOut(LIMIT, line -> line.contains("\"status\":\"paid\""));
    }
  }

  private void oneMoreFollows() throws IOException {
    RunningCommand client = examples.start(IN + "Subscribe");
    clients.add(client);
    hears(client);
  }

  private static void hears(RunningCommand client) {
    Eventually.so(LIMIT, () -> client.out().size() > CHANGES, client::toString);
  }

  private void allHave(String state) throws Exception {
    Eventually.so(LIMIT, () -> served().contains(state), () -> state + "; " + service);
    for (RunningCommand client : clients) {
      Eventually.so(
          LIMIT,
          () -> !client.out().isEmpty() && client.out().getLast().equals(state),
          () -> state + "; " + client);
      assertThat(jumps(client)).as(client::toString).isLessThan(loads(client));
    }
  }

  private String served() {
    URI address = URI.create(service.awaitOut(LIMIT, line -> line.startsWith("http://")));
    try {
      return http.send(
              HttpRequest.newBuilder(address.resolve("/state/" + KEY)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .replace(" ", "");
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static long loads(RunningCommand client) {
    return client.err().stream().filter(line -> line.startsWith("loaded")).count();
  }

  /// How often what a client showed was not the change after the one before.
  private static long jumps(RunningCommand client) {
    List<Integer> shown = client.out().stream().map(StateExample::change).toList();
    long jumps = 0;
    for (int i = 1; i < shown.size(); i++) {
      if (shown.get(i) != shown.get(i - 1) + 1) {
        jumps++;
      }
    }
    return jumps;
  }

  private static int change(String state) {
    Matcher matcher = STATE.matcher(state);
    assertThat(matcher.matches()).as(state).isTrue();
    return matcher.group(1).isEmpty() ? 0 : Integer.parseInt(matcher.group(1));
  }

  private static void end(RunningCommand command) {
    command.handle().descendants().forEach(ProcessHandle::destroyForcibly);
    command.close();
  }

  @Override
  public void close() {
    http.close();
    end(service);
    clients.forEach(StateExample::end);
  }
}
