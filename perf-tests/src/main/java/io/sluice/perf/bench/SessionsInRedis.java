package io.sluice.perf.bench;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What sessions cost in Redis: the memory of each, its share of the indices included; the commands
/// that a node sends for their checkpoints while they live, at the default interval, and the part
/// of a core that Redis needs for them; and how many checkpoints it takes in a second if asked for
/// no more than that. A real Redis, and a node's own session store; no connections.
final class SessionsInRedis implements Scenario {
  static final String NAME = "sessions in Redis";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /// The default of `redis.checkpoint`, seconds.
  private static final int INTERVAL = 30;

  private final int sessions;
  private final List<Integer> positions;

  /// @param positions that each leaves, of quiet channels; a variant each
  SessionsInRedis(int sessions, List<Integer> positions) {
    this.sessions = sessions;
    this.positions = List.copyOf(positions);
  }

  @Override
  public String name() {
    return NAME;
  }

  /// Whose sessions they are; it need not run.
  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.contenders(Contender.Ability.PARTS);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    List<String> flags =
        Stream.concat(
                contender.flags().stream().filter(it -> it.startsWith("-")),
                Stream.of(BenchPlan.QUIET))
            .toList();
    for (int each : positions) {
      measure(lab, contender, each, flags);
    }
  }

  private void measure(Lab lab, Contender contender, int each, List<String> flags)
      throws IOException {
    String variant =
        String.format(Locale.ROOT, "%,d sessions, %d quiet channels each", sessions, each);
    List<String> arguments = List.of(Integer.toString(sessions), Integer.toString(each));
    try (ChildProcess process =
        ChildProcess.java("sessions", flags, SessionsInRedisMain.class, arguments)) {
      process.line(PATIENCE); // Redis is there
      process.say("open");
      double bytes = Double.parseDouble(process.line(PATIENCE));
      lab.found(this, variant, contender, Figures.SESSION_BYTES, bytes / sessions);
      process.say("write");
      String[] round = process.line(PATIENCE).split(" ", -1);
      double commands = Double.parseDouble(round[0]);
      double seconds = Double.parseDouble(round[1]);
      double redisSeconds = Double.parseDouble(round[2]);
      lab.found(this, variant, contender, Figures.CHECKPOINT_COMMANDS, commands / INTERVAL);
      lab.found(this, variant, contender, Figures.REDIS_CORE, 100 * redisSeconds / INTERVAL);
      lab.found(this, variant, contender, Figures.CHECKPOINTS, sessions / seconds);
    }
  }
}
