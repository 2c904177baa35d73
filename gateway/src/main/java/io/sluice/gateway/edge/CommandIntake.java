package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Done;
import io.sluice.gateway.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one client asks for: read, judged by its rate, kept while the connect is being answered,
/// and run. Confined to the loop.
final class CommandIntake {
  private static final Logger log = LoggerFactory.getLogger(CommandIntake.class);

  private final Connection connection;
  private final Publishing publishing;
  private final CommandRate rate;
  private @Nullable WaitingCommands waiting;
  private @Nullable Histories histories;
  private @Nullable Presences presences;
  private @Nullable Calls calls;
  private int commands;

  CommandIntake(Connection connection) {
    this.connection = connection;
    this.publishing = new Publishing(connection);
    this.rate = connection.context().admission().commandRate();
  }

  /// A message of a bidirectional client. What it is answered waits for the end of the read, see
  /// [Connection#flush].
  void receive(byte[] message) {
    if (connection.ended()) {
      return;
    }
    try {
      for (Command command : connection.encoding().commands(message)) {
        admit(command);
      }
    } catch (BadFrameException e) {
      log.debug("bad frame clientId={} reason={}", connection.id(), e.getMessage());
      connection.end(Disconnect.BAD_REQUEST);
    }
    if (waiting != null) {
      waiting.came(message.length);
      if (!mayRead()) {
        connection.channel().config().setAutoRead(false);
      }
    }
  }

  /// How many its client has sent, pongs not counted.
  int commands() {
    return commands;
  }

  /// Whether there is room for what its socket would bring.
  boolean mayRead() {
    return waiting == null || waiting.hasRoom();
  }

  /// A message on a transport on which nothing can be asked for. It costs as much as a command.
  void ignored() {
    switch (connection.context().admission().judge(rate)) {
      case RUN -> {
        // nobody wants it
      }
      case REFUSE -> connection.context().metrics().refused(Refusal.COMMAND_RATE);
      case CLOSE -> connection.end(Disconnect.TOO_MANY_REQUESTS);
    }
  }

  /// Commands that came by [Emulations].
  Emulations.Taken emulated(byte[] commands) {
    if (connection.ended()) {
      return Emulations.Taken.UNKNOWN;
    }
    if (waiting != null && !waiting.hasRoomFor(commands.length)) {
      return Emulations.Taken.TOO_MANY; // there is no socket that could stop being read
    }
    receive(commands);
    connection.flush();
    return Emulations.Taken.YES;
  }

  /// A pong is not counted: one that was not asked for ends the connection anyway.
  private void admit(Command command) {
    if (command instanceof Command.Pong) {
      accept(command);
      return;
    }
    commands++;
    switch (connection.context().admission().judge(rate)) {
      case RUN -> accept(command);
      case REFUSE -> {
        connection.context().metrics().refused(Refusal.COMMAND_RATE);
        if (command.id() > 0) {
          connection.error(command.id(), ErrorCode.TOO_MANY_REQUESTS);
        }
      }
      case CLOSE -> connection.end(Disconnect.TOO_MANY_REQUESTS);
    }
  }

  private void accept(Command command) {
    switch (connection.state()) {
      case NEW -> {
        if (command instanceof Command.Connect c) {
          connection.connect(c, "");
        } else {
          connection.end(Disconnect.BAD_REQUEST);
        }
      }
      case CONNECTING -> await(command);
      case CONNECTED -> run(command);
      case ENDED -> {
        // what follows the command that ended it is of no interest
      }
    }
  }

  private void await(Command command) {
    if (waiting == null) {
      waiting = new WaitingCommands();
    }
    if (!waiting.add(command)) {
      connection.end(Disconnect.BAD_REQUEST);
    }
  }

  /// Nothing waits for the connect any more; what did is forgotten.
  void waitNoMore() {
    waiting = null;
    connection.channel().config().setAutoRead(true);
  }

  /// The connection has ended.
  void ended() {
    publishing.abandoned();
    waitNoMore();
  }

  /// The connect was answered: what waited for it is run.
  void connected() {
    WaitingCommands commands = waiting;
    waitNoMore();
    if (commands != null) {
      commands.forEach(this::accept);
    }
  }

  private void run(Command command) {
    switch (command) {
      case Command.Connect _ -> connection.end(Disconnect.BAD_REQUEST);
      case Command.Subscribe c -> connection.subscriptions().subscribe(c);
      case Command.Unsubscribe c -> {
        connection.subscriptions().unsubscribe(c.channel());
        done(c, Done.UNSUBSCRIBE);
      }
      case Command.Publish c -> publishing.publish(c);
      case Command.Refresh c -> Refreshing.start(connection, c);
      case Command.SubRefresh c -> connection.subscriptions().refresh(c);
      case Command.Ping c -> done(c, Done.PING);
      case Command.Pong _ -> connection.pong();
      case Command.Rpc c -> calls().call(c);
      case Command.Send c -> calls().sent(c);
      case Command.History c -> histories().ask(c);
      case Command.Presence c -> presences().ask(c);
      case Command.PresenceStats c -> presences().ask(c);
    }
  }

  private void done(Command command, Done method) {
    connection.reply(connection.replies().done(command.id(), method));
  }

  private Histories histories() {
    Histories known = histories;
    if (known == null) {
      known = new Histories(connection);
      histories = known;
    }
    return known;
  }

  private Presences presences() {
    Presences known = presences;
    if (known == null) {
      known = new Presences(connection);
      presences = known;
    }
    return known;
  }

  private Calls calls() {
    Calls known = calls;
    if (known == null) {
      known = new Calls(connection);
      calls = known;
    }
    return known;
  }
}
