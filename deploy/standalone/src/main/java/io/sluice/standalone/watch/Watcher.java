package io.sluice.standalone.watch;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// Keeps a [Feed] connected and prints what it delivers, until there is enough of it, the server
/// wants no more of us, or nobody reads what is printed. For one thread.
public final class Watcher {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  /// SDKs give a command 5 s; somebody in front of a screen can wait a little longer.
  private static final Duration REPLY = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Backoff backoff = new Backoff(ThreadLocalRandom.current());
  private final Feed feed;
  private final List<URI> servers;
  private final PrintStream out;
  private final Consumer<String> status;
  private long remaining;
  private int attempts;

  /// @param servers taken in turn, at least one
  /// @param count publications to print before ending
  /// @param out where publications go, one line each
  /// @param status where everything else goes
  public Watcher(
      Feed feed, List<URI> servers, long count, PrintStream out, Consumer<String> status) {
    this.feed = feed;
    this.servers = List.copyOf(servers);
    this.remaining = count;
    this.out = out;
    this.status = status;
  }

  /// Runs to the end.
  ///
  /// @return the exit code
  public int run() throws InterruptedException {
    while (true) {
      URI server = servers.get(attempts++ % servers.size());
      switch (connection(server)) {
        case End.Enough _ -> {
          return DONE;
        }
        case End.Final(String reason) -> {
          status.accept(reason);
          return FAILED;
        }
        case End.Lost(String reason) -> {
          Duration wait = backoff.next();
          status.accept(
              "connection to %s: %s; trying again in %.1f s"
                  .formatted(server.getAuthority(), reason, wait.toMillis() / 1000.0));
          Thread.sleep(wait);
        }
      }
    }
  }

  private End connection(URI server) throws InterruptedException {
    try (Connection connection = Connection.open(http, server)) {
      return converse(connection, server);
    } catch (Connection.Refused e) {
      String said = "the server at " + server + " refused: " + e.getMessage();
      return e.isFinal() ? new End.Final(said) : new End.Lost(said);
    } catch (IOException e) {
      return new End.Lost(String.valueOf(e.getMessage()));
    }
  }

  private End converse(Connection connection, URI server) throws IOException, InterruptedException {
    var talk = new Conversation(connection, server);
    Optional<End> end = talk.take(feed.open());
    while (end.isEmpty()) {
      Optional<Event> event = connection.next(talk.patience());
      end = event.isPresent() ? talk.take(event.get()) : talk.impatient();
    }
    return end.get();
  }

  /// One connection's state.
  private final class Conversation {
    private final Connection connection;
    private final URI server;
    private Duration silence = REPLY;
    private long lastFrame = System.nanoTime();
    private long askedAt = lastFrame;

    private Conversation(Connection connection, URI server) {
      this.connection = connection;
      this.server = server;
    }

    /// How long to wait for the next event.
    private Duration patience() {
      long now = System.nanoTime();
      Duration quiet = silence.minusNanos(now - lastFrame);
      Duration answer = feed.awaitsReply() ? REPLY.minusNanos(now - askedAt) : quiet;
      Duration shorter = quiet.compareTo(answer) < 0 ? quiet : answer;
      return shorter.isNegative() ? Duration.ZERO : shorter;
    }

    private Optional<End> impatient() {
      if (patience().isPositive()) {
        return Optional.empty();
      }
      return Optional.of(
          new End.Lost(
              feed.awaitsReply()
                  ? "no answer within " + REPLY.toSeconds() + " s"
                  : "silent for " + silence.toSeconds() + " s"));
    }

    private Optional<End> take(Event event) throws IOException, InterruptedException {
      lastFrame = System.nanoTime();
      return switch (event) {
        case Event.Frame(String text) -> takeAll(feed.receive(text));
        case Event.Closed(int code, String reason) -> take(Feed.closed(code, reason));
        case Event.Broken(String reason) -> Optional.of(new End.Lost(reason));
      };
    }

    private Optional<End> takeAll(List<Step> steps) throws IOException, InterruptedException {
      for (Step step : steps) {
        Optional<End> end = take(step);
        if (end.isPresent()) {
          return end;
        }
      }
      return Optional.empty();
    }

    private Optional<End> take(Step step) throws IOException, InterruptedException {
      switch (step) {
        case Step.Send(String frame) -> {
          connection.send(frame);
          askedAt = System.nanoTime();
        }
        case Step.Established(Duration limit) -> {
          silence = limit;
          backoff.reset();
          status.accept("connected to " + server);
        }
        case Step.Tell(String line) -> status.accept(line);
        case Step.Deliver(Publication publication) -> {
          return print(publication);
        }
        case Step.Reconnect(String reason) -> {
          return Optional.of(new End.Lost(reason));
        }
        case Step.GiveUp(String reason) -> {
          return Optional.of(new End.Final(reason));
        }
      }
      return Optional.empty();
    }
  }

  private Optional<End> print(Publication publication) {
    out.println(publication.toJson());
    remaining--;
    // An error means that whoever read has gone, as `head -1` does when it has enough.
    return remaining == 0 || out.checkError() ? Optional.of(new End.Enough()) : Optional.empty();
  }

  /// How a connection ended.
  private sealed interface End {
    /// All that was asked for is printed.
    record Enough() implements End {}

    /// It may come back.
    record Lost(String reason) implements End {}

    /// It will not.
    record Final(String reason) implements End {}
  }
}
