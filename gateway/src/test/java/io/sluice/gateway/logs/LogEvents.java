package io.sluice.gateway.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;

/// A log of a test's own, in which nobody else writes.
final class LogEvents {
  static final String OURS = "io.sluice.some.Place";
  static final String FOREIGN = "org.example.Other";

  final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  LogEvents() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    root().setLevel(Level.TRACE);
    events.setContext(context);
    events.start();
    root().addAppender(events);
  }

  Logger root() {
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  Logger logger(String name) {
    return context.getLogger(name);
  }

  Logger ours() {
    return logger(OURS);
  }

  List<ILoggingEvent> all() {
    return events.list;
  }

  ILoggingEvent last() {
    return events.list.getLast();
  }
}
