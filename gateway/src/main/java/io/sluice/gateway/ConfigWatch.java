package io.sluice.gateway;

import io.sluice.gateway.config.ConfigLoader;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says when a configuration is to be read again: its file, or one of those that its secrets are
/// in, wherever they are named, is another one and has been the same for a moment; or the process
/// was sent SIGHUP.
///
/// Files are looked at by time, size and identity, on a thread of their own; what is mounted
/// (secrets in containers) tells no other way of a change.
public final class ConfigWatch implements AutoCloseable {
  /// How often files are looked at, and for how long they must have been the same.
  static final Duration LOOK = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);

  private final Path file;
  private final Duration look;
  private final List<String> atFirst;
  private final Semaphore asked = new Semaphore(0);
  private volatile boolean closed;

  private ConfigWatch(Path file, Duration look) {
    this.file = file;
    this.look = look;
    this.atFirst = state();
  }

  /// Remembers what a file is like, to be called before it is read: what changes from now on is
  /// noticed, once [#start] has been called.
  public static ConfigWatch of(Path file) {
    return of(file, LOOK);
  }

  static ConfigWatch of(Path file, Duration look) {
    return new ConfigWatch(file, look);
  }

  /// Watches it until closed. Once.
  ///
  /// @param reload done by the watch's own thread, one at a time
  public ConfigWatch start(Runnable reload) {
    Thread.ofPlatform().name("sluice-config").daemon().start(() -> run(reload));
    return this;
  }

  /// For the one node of this process: SIGHUP asks, too, and one that comes before [#start] asks
  /// then. By reflection: no program may name that class when warnings are errors.
  public ConfigWatch onHangup() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle came =
          MethodHandles.lookup()
              .bind(this, "hungUp", MethodType.methodType(void.class, Object.class));
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance("HUP"),
              MethodHandleProxies.asInterfaceInstance(handler, came));
    } catch (ReflectiveOperationException e) {
      log.info("SIGHUP will not be heard reason=\"{}\"", String.valueOf(e));
    }
    return this;
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // by its name only
  private void hungUp(Object signal) {
    now();
  }

  /// Has it read as soon as possible.
  public void now() {
    asked.release();
  }

  private void run(Runnable reload) {
    List<String> taken = atFirst;
    List<String> before = taken;
    while (!closed) {
      try {
        boolean now = asked.tryAcquire(look.toMillis(), TimeUnit.MILLISECONDS);
        asked.drainPermits();
        if (closed) {
          return;
        }
        List<String> state = state();
        if (now || (state.equals(before) && !state.equals(taken))) {
          taken = state; // before it is read: what changes meanwhile is read again
          reload.run();
        }
        before = state;
      } catch (InterruptedException _) {
        return; // only by who ends the process
      } catch (RuntimeException e) {
        log.error("the configuration could not be read again file={}", file, e);
      }
    }
  }

  /// What the files look like.
  private List<String> state() {
    List<String> state = new ArrayList<>();
    state.add(look(file));
    ConfigLoader.secretFiles(file).forEach(secret -> state.add(look(secret)));
    return state;
  }

  private static String look(Path path) {
    try {
      BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
      return path + " " + is.lastModifiedTime() + " " + is.size() + " " + is.fileKey();
    } catch (IOException e) {
      return path + " " + e.getClass().getSimpleName();
    }
  }

  @Override
  public void close() {
    closed = true;
    now();
  }
}
