package io.sluice.perf.bench;

import io.sluice.perf.load.Publisher;
import io.sluice.perf.swarm.FaultyServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/// A server in this process that breaks a promise.
final class FaultyContender implements Contender {
  private final FaultyServer server;

  FaultyContender(FaultyServer.Fault fault) throws IOException {
    server = new FaultyServer(fault);
  }

  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public String cannot(Ability ability) {
    return "";
  }

  @Override
  public void restart(List<String> more) {
    // it always runs
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public void kill() {
    throw new UnsupportedOperationException("it is no process");
  }

  @Override
  public URI edge() {
    return server.edge();
  }

  @Override
  public String secret() {
    return "";
  }

  @Override
  public long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public Publisher publisher() {
    return new Publisher() {
      @Override
      public void publish(String channel, byte[] payload, Outcome outcome) {
        server.publish(1);
        outcome.acknowledged(server.published());
      }

      @Override
      public void close() {
        // nothing is on its way
      }
    };
  }

  @Override
  public List<String> flags() {
    return List.of();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
