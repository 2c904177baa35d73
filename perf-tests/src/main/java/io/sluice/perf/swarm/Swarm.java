package io.sluice.perf.swarm;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// All workers together: what is ordered is shared out among them, what they answer is added up.
/// One thread.
public final class Swarm implements AutoCloseable {
  /// Sockets of one worker: below the 20,000 files that systems commonly allow a process. 9,000 and
  /// 10,000 clients, which are compared, are as many workers.
  private static final int MOST_CLIENTS_A_WORKER = 8_000;

  private static final int SOURCES = 250;

  /// Handshakes, a storm of them too, end within this.
  private static final Duration OPENING = Duration.ofMinutes(2);

  private final List<WorkerProcess> workers = new ArrayList<>();
  private final List<String> flags;
  private final int mostClientsAWorker;
  private int inUse;
  private int audiences;

  /// @param flags of the workers' JVMs
  public Swarm(List<String> flags) {
    this(flags, MOST_CLIENTS_A_WORKER);
  }

  Swarm(List<String> flags, int mostClientsAWorker) {
    this.flags = List.copyOf(flags);
    this.mostClientsAWorker = mostClientsAWorker;
  }

  /// Brings an audience to life in place of the one before.
  ///
  /// @return how it went: [Report#live] may be below [Report#clients] where the server is in
  ///   trouble
  public Report open(Audience audience, int clients) throws IOException {
    int needed = Math.ceilDiv(clients, mostClientsAWorker);
    while (workers.size() < needed) {
      workers.add(WorkerProcess.start(flags));
    }
    inUse = needed;
    audiences++;
    int share = Math.ceilDiv(clients, needed);
    return all(worker -> {
      int first = worker * share;
      return new Order.Open(
          audience, first, Math.min(share, clients - first), source(worker), OPENING.toMillis());
    });
  }

  /// A loopback address for each worker and audience: those of earlier ones have ports that may not
  /// be taken again for a minute, and looking for a free one among them takes longer than
  /// connecting.
  private String source(int worker) {
    return "127.%d.%d.1".formatted(worker + 1, audiences % SOURCES);
  }

  /// Begins to measure.
  public Report measure() throws IOException {
    return all(_ -> new Order.Measure());
  }

  /// How many have come since; cheap enough to ask again and again.
  public Report count() throws IOException {
    return all(_ -> new Order.Count());
  }

  /// What was measured since.
  public Report ask() throws IOException {
    return all(_ -> new Order.Ask());
  }

  /// Cuts connections and waits until they are back, for 70 s at most.
  ///
  /// @param share 0 to 1
  /// @param away how long they stay away before they begin to come back
  public Report cut(double share, Duration away) throws IOException {
    return all(_ -> new Order.Cut(share, away.toMillis()));
  }

  /// Ends a node and waits until all that were on it are back, for 70 s at most.
  ///
  /// @param node its place in the audience's list
  /// @param ending ends it
  public Report losing(int node, Runnable ending) throws IOException {
    return all(_ -> new Order.Losing(node), ending);
  }

  /// Clients leave their first channel and come back, so many a second together; 0 stops it.
  public Report churn(double perSecond) throws IOException {
    return all(_ -> new Order.Churn(perSecond / inUse));
  }

  /// Those that stop when they are told to, see [Audience.Reading#STOPPING], no longer read.
  public Report stopReading() throws IOException {
    return all(_ -> new Order.StopReading());
  }

  /// They read again.
  ///
  /// @return how many had come before
  public Report readAgain() throws IOException {
    return all(_ -> new Order.ReadAgain());
  }

  /// Judges: nothing more will come.
  ///
  /// @param published how many publications each channel has had
  public Report finish(List<Long> published) throws IOException {
    return all(_ -> new Order.Finish(published));
  }

  /// Ends the audience, if there is one; the workers stay for the next.
  public void end() throws IOException {
    if (inUse > 0) {
      all(_ -> new Order.Close());
    }
  }

  private Report all(IntFunction<Order> order) throws IOException {
    return all(order, () -> {});
  }

  /// @param meanwhile when they have been told and nobody was heard
  private Report all(IntFunction<Order> order, Runnable meanwhile) throws IOException {
    try {
      return each(order, meanwhile);
    } catch (IOException | RuntimeException e) {
      close(); // whoever has not answered yet would answer the next order with it
      throw e;
    }
  }

  private Report each(IntFunction<Order> order, Runnable meanwhile) throws IOException {
    for (int i = 0; i < inUse; i++) {
      workers.get(i).order(order.apply(i));
    }
    meanwhile.run();
    Report sum = null;
    for (int i = 0; i < inUse; i++) {
      Report report = workers.get(i).answer();
      sum = sum == null ? report : sum.plus(report);
    }
    if (sum == null) {
      throw new IllegalStateException("no audience has been opened");
    }
    return sum;
  }

  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
    workers.clear();
    inUse = 0;
  }
}
