package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BoundedStateTest {
  private static final int MOST = 4 << 10;

  private final BoundedState state = new BoundedState(MOST);

  @Test
  void ofAListThereAreTheFirstAndHowManyAreNot() {
    List<IntNode> numbers = List.of(IntNode.valueOf(4), IntNode.valueOf(2));
    BoundedState.list(state.section("a"), "numbers", numbers, 7);
    BoundedState.list(state.section("b"), "numbers", numbers, 2);
    assertThat(state.whole().toString())
        .isEqualTo("{\"a\":{\"numbers\":[4,2],\"numbersLeftOut\":5},\"b\":{\"numbers\":[4,2]}}");
  }

  @Test
  void whatIsTooLargeLosesItsLargestSectionsAndSaysSo() {
    state.section("small").put("text", "here");
    state.section("large").put("text", "ü".repeat(3_000));
    state.section("middle").put("text", "x".repeat(3_000));
    ObjectNode whole = state.whole();
    assertThat(whole.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(MOST);
    assertThat(whole.path("small").path("text").asText()).isEqualTo("here");
    assertThat(whole.path("middle").path("text").asText()).hasSize(3_000);
    assertThat(whole.path("large").path("leftOut").asText())
        .startsWith("6011 bytes: all together are more than 4096");
  }
}
