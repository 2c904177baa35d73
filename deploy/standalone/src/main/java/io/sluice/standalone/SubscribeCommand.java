package io.sluice.standalone;

import io.sluice.gateway.auth.TokenSigner;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunNode;
import io.sluice.standalone.watch.Feed;
import io.sluice.standalone.watch.TokenSource;
import io.sluice.standalone.watch.Watcher;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Prints publications as they come.
@Command(
    name = "subscribe",
    description = {
      "Print publications as they come, one JSON line each, until Ctrl-C.",
      "",
      "{\"channel\":...,\"offset\":...,\"data\":...}, and \"tags\" when there are any. When the",
      "connection breaks it comes back by itself and continues where it was; should publications",
      "have been lost for good, stderr says so.",
      ""
    },
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} subscribe news",
      "  ${ROOT-COMMAND-NAME} subscribe news sport --count 10",
      "  ${ROOT-COMMAND-NAME} subscribe news --url ws://host:8000/connection/websocket --token $T"
    })
final class SubscribeCommand implements Callable<Integer> {
  private static final String USER = "cli";
  private static final Duration TOKEN_TTL = Duration.ofHours(1);

  private final Terminal terminal;

  @Parameters(
      arity = "1..*",
      paramLabel = "CHANNEL",
      description = "A bare name, or namespace:key.")
  private List<String> channels = List.of();

  @Option(names = "--count", paramLabel = "N", description = "End after N publications.")
  private long count = Long.MAX_VALUE;

  @Option(
      names = "--token",
      paramLabel = "T",
      description = "A token to use. Default: one made with the secret of the running 'up'.")
  private @Nullable String token;

  @Option(
      names = "--url",
      paramLabel = "WS-URL",
      description = "Any server instead of the running 'up'.")
  private @Nullable String url;

  @Mixin private RunFlags run = new RunFlags();

  SubscribeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (count < 1) {
      throw CommandFailure.misused("--count is 1 or more: " + count);
    }
    Logs.none();
    List<URI> servers;
    TokenSource source;
    if (url == null) {
      RunFile up = run.find(terminal);
      servers = up.nodes().stream().map(RunNode::edgeUrl).map(URI::create).toList();
      source = token == null ? renewed(up) : new TokenSource.Fixed(token);
    } else {
      servers = List.of(server(url));
      source = new TokenSource.Fixed(token == null ? "" : token);
    }
    return new Watcher(new Feed(channels, source), servers, count, terminal.out(), terminal::say)
        .run();
  }

  private static TokenSource renewed(RunFile up) throws CommandFailure {
    TokenSigner signer = TokenCommand.signer(up.secret());
    return new TokenSource.Renewed(() -> signer.sign(USER, TOKEN_TTL, List.of()));
  }

  private static URI server(String url) throws CommandFailure {
    try {
      URI uri = new URI(url);
      if (List.of("ws", "wss").contains(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Answered below, like every other text that is no such address.
    }
    throw CommandFailure.misused(
        "--url is not of the form ws://HOST:PORT/connection/websocket: '" + url + "'");
  }
}
