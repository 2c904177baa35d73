package io.sluice.standalone;

import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.TokenConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Makes a token, as a login service would.
@Command(
    name = "token",
    description = {
      "Print a token for a user (JWT, HS256), and nothing else.",
      "",
      "Signed with the secret of the running 'up', or with --secret.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  T=$(${ROOT-COMMAND-NAME} token --user u)",
      "  ${ROOT-COMMAND-NAME} token --user u --ttl 15m --channels news,sport",
      "  ${ROOT-COMMAND-NAME} token --user u --secret file:/etc/sluice/hmac"
    })
final class TokenCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--user", paramLabel = "U", required = true, description = "Who the holder is.")
  private String user = "";

  @Option(
      names = "--ttl",
      paramLabel = "1h",
      converter = TimeSpan.class,
      description = "How long it is good: 30s, 15m, 1h, 7d. Default: 1h.")
  private Duration ttl = Duration.ofHours(1);

  @Option(
      names = "--channels",
      paramLabel = "A,B",
      split = ",",
      description =
          "Server-side subscriptions: the holder is subscribed to these channels from the moment it"
              + " connects, without asking. Not a list of what it may subscribe to.")
  private List<String> channels = List.of();

  @Option(
      names = "--secret",
      paramLabel = "REF",
      description = "Another secret: file:PATH or env:NAME (tokens.hmac-secret of a node).")
  private @Nullable String secret;

  @Mixin private RunFlags run = new RunFlags();

  TokenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure {
    Logs.none();
    String key =
        secret == null
            ? run.find(terminal).secret()
            : SecretSource.read(secret, terminal.environment());
    terminal.out().println(signer(key).sign(user, ttl, channels));
    return 0;
  }

  static TokenSigner signer(String secret) throws CommandFailure {
    try {
      return new TokenSigner(
          new TokenConfig(secret, "", "", "", "", /* anonymous= */ false), Clock.systemUTC());
    } catch (ConfigException e) {
      throw CommandFailure.misused(String.join("\n", e.problems()));
    }
  }
}
