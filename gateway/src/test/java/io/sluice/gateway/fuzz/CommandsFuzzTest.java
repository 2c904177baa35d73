package io.sluice.gateway.fuzz;

import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.JsonCommands;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The decoder alone, fast enough for many more cases than sockets allow.
final class CommandsFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_125);
  private static final int CASES = 50_000;

  @Test
  void whateverIsNoCommandIsABadFrameAndNothingElse() {
    CommandLines lines = new CommandLines(List.of("a.b.c"), List.of("", "x"));
    for (int unit = 0; unit < CASES; unit++) {
      byte[] frame = lines.next(new Chance(SEED, Level.COMMANDS, unit));
      try {
        var _ = JsonCommands.decode(frame);
      } catch (BadFrameException _) {
        // as it should be
      } catch (RuntimeException e) {
        throw new AssertionError(
            "seed=%d unit=%d bytes=%s".formatted(SEED, unit, HexFormat.of().formatHex(frame)), e);
      }
    }
  }
}
