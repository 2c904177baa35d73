package io.sluice.standalone;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.broker.ChannelName;
import io.sluice.standalone.run.RunFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Produces one record as any service would, past the gateway.
@Command(
    name = "publish",
    description = {
      "Produce one record to Kafka, as any service would; no gateway is involved.",
      "",
      "Prints 'published channel=... partition=... offset=...': the record's Kafka offset. A",
      "subscriber's position after it is one more.",
      ""
    },
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} publish news '{\"n\":1}'",
      "  ${ROOT-COMMAND-NAME} publish news '{\"n\":2}' --tag lang=en --tag kind=breaking",
      "  ${ROOT-COMMAND-NAME} publish orders:42 '{\"state\":\"paid\"}' --kafka broker:9092 --topic orders"
    })
final class PublishCommand implements Callable<Integer> {
  /// The gateway's default for `edge.max-channel-length`; a longer key only makes a dead letter.
  private static final int LONGEST_CHANNEL = 255;

  private static final int LONGEST_SHOWN = 60;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "CHANNEL",
      description = "A bare name, or namespace:key. The key is the record's key.")
  private String channel = "";

  @Parameters(index = "1", paramLabel = "JSON", description = "The record's value, sent as it is.")
  private String json = "";

  @Option(
      names = "--tag",
      paramLabel = "K=V",
      description = "A tag: record header 'tag-K'. May be repeated.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Any Kafka instead of the running 'up'; needs --topic.")
  private @Nullable String kafka;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "The topic, instead of the one of the channel's namespace.")
  private @Nullable String topic;

  @Mixin private RunFlags run = new RunFlags();

  PublishCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    ChannelName name = channel();
    checkJson();
    if (kafka != null && topic == null) {
      throw CommandFailure.misused("--kafka needs --topic, because no 'up' says which topic it is");
    }
    String servers = kafka;
    String target = topic;
    if (servers == null || target == null) {
      RunFile up = run.find(terminal);
      servers = up.kafka();
      target = target == null ? topicOf(name.namespace(), up) : target;
    }
    Logs.none();
    terminal.out().println(new OneRecord(servers, target, name, json, tags).send());
    return 0;
  }

  private ChannelName channel() throws CommandFailure {
    try {
      if (channel.length() > LONGEST_CHANNEL) {
        throw CommandFailure.misused(
            "a channel's name has at most %d characters, this one has %d"
                .formatted(LONGEST_CHANNEL, channel.length()));
      }
      return ChannelName.parse(channel);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.misused("no channel's name: " + e.getMessage());
    }
  }

  private void checkJson() throws CommandFailure {
    try {
      if (!JSON.readTree(json).isMissingNode()) {
        return;
      }
    } catch (JacksonException e) {
      throw CommandFailure.misused(
          "the value is not JSON, at column %d of: %s (a text needs its quotes: '\"hello\"')"
              .formatted(e.getLocation().getColumnNr(), shortened(json)));
    }
    throw CommandFailure.misused("the value is empty; it is JSON, such as '{\"n\":1}'");
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  private static String topicOf(String namespace, RunFile up) throws CommandFailure {
    String topic = up.topics().get(namespace);
    if (topic == null) {
      throw CommandFailure.misused(
          "the running 'up' has no namespace '%s'; it has: %s"
              .formatted(namespace, String.join(", ", new TreeSet<>(up.topics().keySet()))));
    }
    return topic;
  }
}
