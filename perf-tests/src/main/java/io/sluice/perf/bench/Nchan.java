package io.sluice.perf.bench;

import io.sluice.embedded.FreePorts;
import io.sluice.perf.load.PostPublisher;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.run.ChildProcess;
import io.sluice.perf.swarm.Audience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// nchan, a module of nginx: channels in shared memory, payloads sent as they are. It runs with a
/// configuration of ours in a temporary folder, and with a worker for each processor.
final class Nchan implements Contender {
  private static final Duration STARTING = Duration.ofSeconds(30);
  private static final String READY = "/ready";

  private final Installation installation;
  private final ServerProcess process = new ServerProcess(name());
  private @Nullable Path folder;
  private int port;
  private long master;
  private String version = "";

  /// Where it is.
  ///
  /// @param nginx the program
  /// @param module of it
  record Installation(Path nginx, Path module) {
    private static final List<Path> PROGRAMS =
        Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
            .map(it -> Path.of(it, "nginx"))
            .toList();
    private static final List<Path> MODULES =
        Stream.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/nginx/modules")
            .map(it -> Path.of(it, "ngx_nchan_module.so"))
            .toList();

    /// Where distributions put it.
    static Optional<Installation> find() {
      Optional<Path> nginx = PROGRAMS.stream().filter(Files::isExecutable).findFirst();
      Optional<Path> module = MODULES.stream().filter(Files::isReadable).findFirst();
      return nginx.flatMap(program -> module.map(it -> new Installation(program, it)));
    }
  }

  Nchan(Installation installation) {
    this.installation = installation;
  }

  @Override
  public String name() {
    return "nchan";
  }

  @Override
  public String cannot(Ability ability) {
    return switch (ability) {
      case RECOVERS -> "";
      case UNSUBSCRIBES -> "a connection is a subscription";
      case PROTOBUF -> "sends payloads as they are";
      case HEAP -> "is no JVM";
      case PARTS -> "is not ours";
      case SESSIONS -> "has no sessions";
      case LOG -> "has what is in its memory, and no more";
      case RESTARTS -> "what it has ends with it";
      case ADMITS -> "admits everybody";
      case AGES -> "closes nobody for their age";
    };
  }

  @Override
  public boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void restart(List<String> more) throws IOException {
    close();
    if (port == 0) { // later it is where its clients look for it
      port = FreePorts.next();
    }
    Path fresh = Files.createTempDirectory("sluice-bench-nchan-");
    folder = fresh;
    Files.writeString(fresh.resolve("nginx.conf"), configuration(installation.module(), port));
    List<String> command =
        List.of(
            installation.nginx().toString(),
            "-p",
            fresh + "/",
            "-c",
            fresh.resolve("nginx.conf").toString(),
            "-e",
            "stderr");
    ChildProcess started = process.restart(() -> ChildProcess.program("nchan", command, Map.of()));
    master = Long.parseLong(started.line(STARTING));
    URI ready = URI.create("http://127.0.0.1:" + port + READY);
    process.awaitOk(ready, STARTING);
    version = text(ready);
  }

  private static String text(URI page) throws IOException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// What nginx is told. Locations are exact and channels are arguments, because matching patterns
  /// costs more than all of nchan, as its guide says. Buffers are for who comes back within a
  /// minute, and there is memory for what 20,000 publications a second leave in them.
  static String configuration(Path module, int port) {
    return """
    load_module %s;
    daemon off;
    user root root;
    pid nginx.pid;
    error_log stderr error;
    worker_processes auto;
    events {
      worker_connections 20000;
    }
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      client_max_body_size 2m;
      client_body_buffer_size 128k;
      keepalive_requests 1000000000;
      keepalive_timeout 24h;
      keepalive_time 24h;
      nchan_shared_memory_size 1024M;
      nchan_message_buffer_length 200;
      nchan_message_timeout 60s;
      server {
        listen 127.0.0.1:%d backlog=4096;
        location = %s {
          return 200 "$nchan_version in nginx $nginx_version";
        }
        location = /pub {
          nchan_publisher;
          nchan_channel_id $arg_c;
        }
        location = /sub {
          nchan_subscriber websocket;
          nchan_channel_id $arg_c;
          nchan_subscriber_first_message newest;
          nchan_subscriber_last_message_id $arg_last_event_id;
        }
      }
    }
    """
        .formatted(module, port, READY);
  }

  @Override
  public void kill() {
    List<ProcessHandle> workers =
        ProcessHandle.of(master).stream().flatMap(ProcessHandle::descendants).toList();
    ProcessHandle.of(master).ifPresent(ProcessHandle::destroyForcibly); // or it starts workers anew
    workers.forEach(ProcessHandle::destroyForcibly);
    process.kill();
  }

  @Override
  public URI edge() {
    return edge(Audience.BARE);
  }

  @Override
  public URI recoveringEdge() {
    return edge(Audience.BARE_WITH_IDS);
  }

  private URI edge(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + port + "/sub?c=");
  }

  @Override
  public String secret() {
    return "";
  }

  /// The master's, whose children are the workers.
  @Override
  public long pid() {
    return master;
  }

  @Override
  public Publisher publisher() {
    return new PostPublisher(URI.create("http://127.0.0.1:" + port), new Form());
  }

  private static final class Form implements PostPublisher.Form {
    @Override
    public String path(String channel) {
      return "/pub?c=" + channel;
    }

    @Override
    public String headers() {
      return "";
    }

    @Override
    public byte[] body(String channel, byte[] payload) {
      return payload;
    }

    /// Created: somebody listens. Accepted: nobody does.
    @Override
    public boolean taken(int status, String body) {
      return status == 201 || status == 202;
    }
  }

  /// Everything it is told but where.
  @Override
  public List<String> flags() {
    return configuration(installation.module(), port)
        .lines()
        .map(String::strip)
        .filter(it -> !it.startsWith("load_module") && !it.contains("_temp_path"))
        .toList();
  }

  @Override
  public Map<String, String> versions() {
    return version.isEmpty() ? Map.of() : Map.of(name(), version);
  }

  @Override
  public void close() {
    process.close();
    Path old = folder;
    folder = null;
    if (old != null) {
      delete(old);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
