package io.sluice.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A real Redis server as a child process, listening on 127.0.0.1 only. Up in well under a second.
/// It ends with this process, also when this process is killed.
///
/// Any thread may call any method; starting and stopping take turns.
public final class EmbeddedRedis implements AutoCloseable {
  private static final String DIRECTORY = "--dir";

  private final int port;
  private final List<String> arguments;
  private @Nullable RedisProcess process;
  private boolean closed;

  private EmbeddedRedis(int port, List<String> arguments) {
    this.port = port;
    this.arguments = arguments;
  }

  /// A free port, nothing kept, 64 MiB of memory at most.
  public static Builder builder() {
    return new Builder();
  }

  /// Where it listens. Stays the same when it is stopped and started.
  public int port() {
    return port;
  }

  /// The address as clients want it: `redis://127.0.0.1:6379`.
  public String uri() {
    return "redis://" + FreePorts.LOOPBACK + ":" + port;
  }

  /// Ends the process: connections break, new ones are refused. Does nothing when it is stopped.
  public synchronized void stop() {
    if (process != null) {
      process.stop();
      process = null;
    }
  }

  /// Starts it again on the same port, empty unless it has a data directory. Does nothing when it
  /// runs.
  ///
  /// @throws PortTakenException when somebody took the port meanwhile
  /// @throws EmbeddedStartException when anything else is in the way
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("Redis on port " + port + " is closed");
    }
    if (process == null || !process.isAlive()) {
      FreePorts.require(port, "Redis");
      // The run's own directory goes with the run, so that a killed process leaves nothing.
      Path workspace = DataDirectory.temporary("sluice-redis").path();
      List<String> all = new ArrayList<>(arguments);
      if (!arguments.contains(DIRECTORY)) {
        all.addAll(List.of(DIRECTORY, workspace.toString())); // a replica leaves a file behind
      }
      process = RedisProcess.start(workspace, port, all);
    }
  }

  /// Freezes it: connections stay open and are even accepted, but nothing is answered.
  public synchronized void pause() {
    running().signal("STOP");
  }

  /// Ends a pause; what was asked meanwhile is answered now.
  public synchronized void resume() {
    running().signal("CONT");
  }

  /// The id of the running process.
  ///
  /// @throws IllegalStateException when it is stopped
  public synchronized long pid() {
    return running().pid();
  }

  /// Stops it for good.
  @Override
  public synchronized void close() {
    closed = true;
    stop();
  }

  private RedisProcess running() {
    if (process == null) {
      throw new IllegalStateException("Redis on port " + port + " is stopped");
    }
    return process;
  }

  /// Collects what a server should be. One thread, one [#start()].
  public static final class Builder {
    private final List<String> settings = new ArrayList<>();
    private @Nullable Path dataDirectory;
    private int port;
    private int maxMemoryMib = 64;

    private Builder() {}

    /// Where to listen. A free port if not given.
    public Builder port(int port) {
      this.port = FreePorts.checked(port);
      return this;
    }

    /// Keeps the data here, written to disk once a second. Nothing is kept if not given.
    public Builder dataDirectory(Path directory) {
      dataDirectory = directory;
      return this;
    }

    /// Mebibytes the data may take, 1 or more, by default 64. Beyond, keys that expire anyway go
    /// first; when there are none, writes fail.
    public Builder maxMemoryMib(int mib) {
      if (mib < 1) {
        throw new IllegalArgumentException("Redis needs 1 MiB or more: " + mib);
      }
      maxMemoryMib = mib;
      return this;
    }

    /// A setting of redis.conf, over the ones chosen here.
    public Builder setting(String name, String value) {
      settings.add("--" + name);
      settings.add(value);
      return this;
    }

    /// Starts it and returns when it takes connections.
    ///
    /// @throws PortTakenException when the port is in use
    /// @throws EmbeddedStartException when anything else is in the way
    public EmbeddedRedis start() {
      int where = port == 0 ? FreePorts.next() : port;
      var redis = new EmbeddedRedis(where, arguments(where));
      redis.start();
      return redis;
    }

    private List<String> arguments(int where) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--bind",
                  FreePorts.LOOPBACK,
                  "--port",
                  Integer.toString(where),
                  "--save",
                  "",
                  "--maxmemory",
                  String.format(Locale.ROOT, "%dmb", maxMemoryMib),
                  "--maxmemory-policy",
                  "volatile-ttl"));
      if (dataDirectory == null) {
        arguments.addAll(List.of("--appendonly", "no"));
      } else {
        Path kept = DataDirectory.kept(dataDirectory).path();
        arguments.addAll(List.of("--appendonly", "yes", DIRECTORY, kept.toString()));
      }
      arguments.addAll(settings);
      return List.copyOf(arguments);
    }
  }
}
