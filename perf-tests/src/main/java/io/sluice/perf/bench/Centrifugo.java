package io.sluice.perf.bench;

import io.sluice.embedded.FreePorts;
import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.PostPublisher;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Centrifugo, whose protocol clients speak. Either by itself, with what it keeps in its memory and
/// published to by its HTTP API; or as the end of the same way that Sluice's publications take: it
/// reads them from Kafka, and keeps and passes them on in Redis.
final class Centrifugo implements Contender {
  /// How publications come to it.
  enum Route {
    /// Requests to its HTTP API.
    API,
    /// Records that it reads.
    KAFKA
  }

  private static final Duration STARTING = Duration.ofSeconds(60);

  /// As many as a topic of Sluice has.
  private static final int PARTITIONS = 12;

  private final Binary binary;
  private final Backing backing;
  private final Route route;
  private final ServerProcess process;
  private int port;
  private long pid;
  private int starts;
  private String topic = "";

  /// The program.
  ///
  /// @param version as it says itself
  record Binary(Path path, String version) {
    private static final Duration ANSWER = Duration.ofSeconds(20);

    /// Asks it.
    ///
    /// @throws IOException when it does not say that it is Centrifugo
    static Binary at(Path path) throws IOException {
      Path absolute = path.toAbsolutePath();
      Process process =
          new ProcessBuilder(absolute.toString(), "version").redirectErrorStream(true).start();
      try (var _ = process.outputWriter()) {
        String said =
            new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
        boolean ended = process.waitFor(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended || !said.startsWith("Centrifugo v")) {
          throw new IOException(path + " is no Centrifugo; asked for its version it says: " + said);
        }
        return new Binary(absolute, said.strip().substring("Centrifugo v".length()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /// @param backing what it stands on where it reads from Kafka
  Centrifugo(Binary binary, Backing backing, Route route) {
    this.binary = binary;
    this.backing = backing;
    this.route = route;
    this.process = new ServerProcess(name());
  }

  @Override
  public String name() {
    return switch (route) {
      case API -> "Centrifugo";
      case KAFKA -> "Centrifugo, from Kafka";
    };
  }

  @Override
  public String cannot(Ability ability) {
    return switch (ability) {
      case RECOVERS, UNSUBSCRIBES, PROTOBUF -> "";
      case HEAP -> "is no JVM";
      case PARTS -> "is not ours";
      case SESSIONS -> "has no sessions that another node goes on with";
      case LOG -> "has what is in its history, and no more";
      case RESTARTS -> route == Route.KAFKA ? "" : "what it has ends with it";
      case ADMITS -> "admits one a second after as many at once";
      case AGES -> "closes nobody for their age";
    };
  }

  @Override
  public boolean isVariant() {
    return route == Route.KAFKA;
  }

  @Override
  public List<String> patient() {
    return List.of(
        "client.ping_interval=10m", "client.pong_timeout=5m", "websocket.write_timeout=5m");
  }

  @Override
  public boolean isRunning() {
    return process.isAlive();
  }

  /// One that is replaced while it runs goes on where the other was, as a member of the same group.
  ///
  /// @param more settings, `path.to.key=value`
  @Override
  public void restart(List<String> more) throws IOException {
    boolean goesOn = isRunning();
    close();
    if (port == 0) { // later it is where its clients look for it
      port = FreePorts.next();
    }
    Path config = Files.createTempFile("sluice-bench-centrifugo-", ".json");
    try {
      Files.writeString(config, configuration(goesOn, more));
      List<String> command = List.of(binary.path().toString(), "--config", config.toString());
      ChildProcess started =
          process.restart(
              () -> ChildProcess.program("centrifugo", command, CentrifugoSettings.environment()));
      pid = Long.parseLong(started.line(STARTING));
      process.awaitOk(URI.create("http://127.0.0.1:" + port + "/health"), STARTING);
    } finally {
      Files.delete(config);
    }
  }

  private String configuration(boolean goesOn, List<String> more) throws IOException {
    CentrifugoSettings settings = CentrifugoSettings.on(port);
    more.forEach(settings::set);
    return switch (route) {
      case API -> settings.json();
      case KAFKA -> {
        topic = goesOn ? topic : freshTopic();
        yield settings.from(backing.kafka(), topic).in(backing.redis()).json();
      }
    };
  }

  /// A topic and group of its own for each first start: what was published to the one before is of
  /// no interest, and nobody waits until the group knows that a member has gone.
  private String freshTopic() throws IOException {
    String fresh = "centrifugo.bench." + ProcessHandle.current().pid() + "." + starts++;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", backing.kafka()))) {
      admin.createTopics(List.of(new NewTopic(fresh, PARTITIONS, (short) -1))).all().get();
      return fresh;
    } catch (ExecutionException e) {
      throw new IOException("no topic for Centrifugo: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void kill() {
    process.kill();
  }

  @Override
  public URI edge() {
    return URI.create("ws://127.0.0.1:" + port + "/connection/websocket");
  }

  @Override
  public String secret() {
    return CentrifugoSettings.SECRET;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public Publisher publisher() throws IOException {
    return switch (route) {
      case API -> new PostPublisher(URI.create("http://127.0.0.1:" + port), new Form());
      case KAFKA -> new KafkaPublisher(backing.kafka(), topic, Centrifugo::command);
    };
  }

  /// What its consumer wants of a record.
  static byte[] command(String channel, byte[] payload) {
    return around("{\"method\":\"publish\",\"payload\":", request(channel, payload));
  }

  private static byte[] request(String channel, byte[] payload) {
    return around("{\"channel\":\"" + channel + "\",\"data\":", payload);
  }

  private static byte[] around(String start, byte[] json) {
    byte[] before = start.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[before.length + json.length + 1];
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(json, 0, all, before.length, json.length);
    all[all.length - 1] = '}';
    return all;
  }

  private static final class Form implements PostPublisher.Form {
    @Override
    public String path(String channel) {
      return "/api/publish";
    }

    @Override
    public String headers() {
      return "X-API-Key: " + CentrifugoSettings.API_KEY + "\r\n";
    }

    @Override
    public byte[] body(String channel, byte[] payload) {
      return request(channel, payload);
    }

    @Override
    public boolean taken(int status, String body) {
      return status == 200 && body.startsWith("{\"result\"");
    }
  }

  @Override
  public List<String> flags() {
    CentrifugoSettings plain = CentrifugoSettings.on(0);
    CentrifugoSettings told = route == Route.API ? plain : plain.from("…", "…").in("…");
    return List.of(CentrifugoSettings.environment().toString(), told.withoutSecrets());
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("Centrifugo", binary.version());
  }

  @Override
  public void close() {
    process.close();
  }
}
