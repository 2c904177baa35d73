package io.sluice.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.Revocation;
import io.sluice.gateway.protocol.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeCommandJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What all nodes can be told in one message.
  private static final int MOST_BYTES = 48_384;

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    Whose some = new Whose("ann", "c-1", "tab 1");
    for (NodeCommand command :
        List.of(
            new NodeCommand.Disconnect(some, List.of("c-2", "c-3"), 4321, "why not"),
            new NodeCommand.Disconnect(Whose.all("ä/:\ud83d\ude00"), List.of(), 0, ""),
            new NodeCommand.Subscribe(some, "orders:1", Optional.empty()),
            new NodeCommand.Subscribe(
                some, "orders:1", Optional.of(new NodeCommand.Since("e1", 1L << 53))),
            new NodeCommand.Unsubscribe(some, "orders:1"),
            new NodeCommand.Refresh(some, Instant.parse("2030-01-01T00:00:00.123Z")))) {
      ObjectNode json = NodeCommandJson.write(command);
      assertThat(NodeCommandJson.TYPES).contains(json.path("type").asText());
      json.put("later", "versions say more");
      assertThat(NodeCommandJson.read(JSON.readTree(json.toString()))).isEqualTo(command);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"type\":\"disconnect\"}",
        "{\"type\":\"dance\",\"user\":\"ann\"}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"code\":1000}",
        "{\"type\":\"subscribe\",\"user\":\"ann\"}",
        "{\"type\":\"subscribe\",\"user\":\"ann\",\"channel\":\"c\",\"since\":{\"offset\":-1}}",
        "{\"type\":\"refresh\",\"user\":\"ann\",\"expire_at\":-1}",
        "{\"type\":\"refresh\",\"user\":\"ann\",\"expire_at\":\"9\"}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"client\":[\"c-1\"]}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"session\":{}}",
        "{\"type\":\"disconnect\",\"user\":[\"ann\"]}",
        "{\"type\":\"disconnect\",\"user\":7}",
        "{\"type\":\"disconnect\",\"user\":\"\\ud800\"}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"client\":\"\\udc00\\ud800\"}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"code\":4000,\"reason\":\"\\ud800\"}",
        "{\"type\":\"unsubscribe\",\"user\":\"ann\",\"channel\":\"\\ud800\"}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"whitelist\":\"c-1\"}",
        "{\"type\":\"disconnect\",\"user\":\"ann\",\"whitelist\":[[\"c-1\"]]}",
        "{\"type\":\"subscribe\",\"user\":\"ann\",\"channel\":\"c\",\"since\":7}",
      })
  void whatIsNoCommandIsRefused(String json) throws Exception {
    var message = JSON.readTree(json);
    assertThatThrownBy(() -> NodeCommandJson.read(message))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Every character takes six bytes.
  @Test
  void theLongestFitIntoAMessage() {
    Whose longest =
        new Whose(
            "\u0001".repeat(Whose.MAX_USER),
            "\u0001".repeat(Whose.MAX_CLIENT),
            "\u0001".repeat(Whose.MAX_SESSION));
    List<String> keep =
        Collections.nCopies(NodeCommand.Disconnect.MAX_KEPT, "\u0001".repeat(Whose.MAX_CLIENT));
    String reason = "\u0001".repeat(NodeCommand.Disconnect.MAX_REASON);
    String channel = "\u0001".repeat(NodeCommand.MAX_CHANNEL);
    for (NodeCommand command :
        List.of(
            new NodeCommand.Disconnect(longest, keep, 4000, reason),
            new NodeCommand.Subscribe(
                longest, channel, Optional.of(new NodeCommand.Since("e".repeat(256), 1))))) {
      String json = NodeCommandJson.write(command).toString();
      assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
    }
  }

  @Test
  void limitsAreThoseOfWhoDoesIt() {
    assertThat(Whose.MAX_USER).isEqualTo(Revocation.MAX_USER);
    assertThat(NodeCommand.Disconnect.LEAST_CODE).isEqualTo(Ending.Custom.LEAST);
    assertThat(NodeCommand.Disconnect.MOST_CODE).isEqualTo(Ending.Custom.MOST);
    assertThat(NodeCommand.Disconnect.MAX_REASON).isEqualTo(Ending.Custom.MAX_REASON);
  }
}
