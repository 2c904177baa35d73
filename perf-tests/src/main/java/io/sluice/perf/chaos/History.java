package io.sluice.perf.chaos;

import java.util.ArrayList;
import java.util.List;

/// What happened to one client, in order. One thread writes, any reads.
final class History {
  /// A round gives a client some 3,000 publications; one that is given so many has gone wrong.
  static final int LIMIT = 200_000;

  private final String client;
  private final List<Event> events = new ArrayList<>();
  private long received;

  History(String client) {
    this.client = client;
  }

  String client() {
    return client;
  }

  synchronized void add(Event event) {
    if (events.size() == LIMIT) {
      throw new IllegalStateException(client + " has been told " + LIMIT + " things");
    }
    events.add(event);
    received += event instanceof Event.Received ? 1 : 0;
  }

  /// How many publications it has been given so far.
  synchronized long received() {
    return received;
  }

  /// All of it so far.
  synchronized List<Event> events() {
    return List.copyOf(events);
  }
}
