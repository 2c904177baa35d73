package io.sluice.perf.bench;

import io.sluice.perf.floor.FloorMain;
import io.sluice.perf.load.ClientPublisher;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The machine's limit: a bare server that does nothing but write frames it has made before. What
/// is published goes to it over a client's connection, without any log.
final class Floor implements Contender {
  private static final Duration STARTING = Duration.ofSeconds(30);
  private static final String READY = "ready edge=";

  private final int perWrite;
  private final List<String> flags;
  private final ServerProcess process;
  private @Nullable URI edge;

  /// @param perWrite publications that leave in one write
  /// @param flags of its JVM
  Floor(int perWrite, List<String> flags) {
    this.perWrite = perWrite;
    this.flags = List.copyOf(flags);
    this.process = new ServerProcess(name());
  }

  @Override
  public String name() {
    return perWrite == 1 ? "floor" : "floor, " + perWrite + " a write";
  }

  /// Whether it writes each publication by itself, as the limit that others are set against does.
  boolean isTheLimit() {
    return perWrite == 1;
  }

  @Override
  public String cannot(Ability ability) {
    return switch (ability) {
      case HEAP -> "";
      default -> "writes frames and nothing else";
    };
  }

  @Override
  public boolean isVariant() {
    return !isTheLimit();
  }

  @Override
  public boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void restart(List<String> more) throws IOException {
    List<String> arguments = List.of("--per-write", Integer.toString(perWrite), "--port", "0");
    List<String> quiet = new ArrayList<>(flags);
    quiet.add(BenchPlan.QUIET);
    quiet.addAll(more);
    ChildProcess started =
        process.restart(() -> ChildProcess.java("floor", quiet, FloorMain.class, arguments));
    String line = started.line(STARTING);
    if (!line.startsWith(READY)) {
      close();
      throw new IOException("the floor says '" + line + "' and not where it is");
    }
    edge = URI.create(line.substring(READY.length()));
  }

  @Override
  public void kill() {
    process.kill();
  }

  @Override
  public URI edge() {
    if (edge == null) {
      throw new IllegalStateException(name() + " does not run");
    }
    return edge;
  }

  @Override
  public String secret() {
    return "";
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Publisher publisher() throws IOException {
    return new ClientPublisher(edge(), "");
  }

  @Override
  public List<String> flags() {
    return flags;
  }

  @Override
  public void close() {
    process.close();
  }
}
