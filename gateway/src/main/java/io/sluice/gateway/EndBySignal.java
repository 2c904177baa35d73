package io.sluice.gateway;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a process end as a node should: the first SIGTERM or SIGINT closes it, one that follows
/// ends the waiting for its clients. The JVM by itself ignores all but the first.
public final class EndBySignal {
  private static final Logger log = LoggerFactory.getLogger(EndBySignal.class);
  private static final List<String> SIGNALS = List.of("TERM", "INT");

  /// What shells add to a signal's number for the exit code.
  private static final int BY_SIGNAL = 128;

  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  private final Gateway node;
  private final AtomicBoolean ending = new AtomicBoolean();

  private EndBySignal(Gateway node) {
    this.node = node;
  }

  /// For the one node of this process.
  public static void of(Gateway node) {
    EndBySignal end = new EndBySignal(node);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("sluice-drain").unstarted(node::close));
    SIGNALS.forEach(end::listen);
  }

  /// By reflection: no program may name that class when warnings are errors.
  private void listen(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle came =
          MethodHandles.lookup()
              .bind(this, "came", MethodType.methodType(void.class, Object.class));
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance(name),
              MethodHandleProxies.asInterfaceInstance(handler, came));
    } catch (ReflectiveOperationException e) {
      Throwable why = e instanceof InvocationTargetException thrown ? thrown.getCause() : e;
      log.info("a second SIG{} will not be heard reason=\"{}\"", name, String.valueOf(why));
    }
  }

  @SuppressWarnings("UnusedMethod") // by its name only
  private void came(Object signal) {
    if (ending.compareAndSet(false, true)) {
      int number = signal.toString().equals("SIGINT") ? INTERRUPT : TERMINATE;
      System.exit(BY_SIGNAL + number); // which closes it
    } else {
      log.info("another signal came: clients are told to go at once");
      node.closeNow();
    }
  }
}
