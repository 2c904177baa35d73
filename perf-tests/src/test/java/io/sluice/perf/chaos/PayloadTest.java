package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

final class PayloadTest {
  private static JsonNode published(int channel, long number) throws JsonProcessingException {
    return new ObjectMapper().readTree(Payload.of(channel, number));
  }

  @Test
  void whatWasPublishedHasItsNumber() throws JsonProcessingException {
    assertThat(Payload.number(3, published(3, 0))).isZero();
    assertThat(Payload.number(44, published(44, 123_456))).isEqualTo(123_456);
  }

  @Test
  void whatIsOfAnotherChannelOrAnotherNumberIsNothingThatWasPublished()
      throws JsonProcessingException {
    assertThat(Payload.number(4, published(3, 7))).isEqualTo(Payload.NONE);
    ObjectNode mixed = published(3, 7).deepCopy();
    mixed.put("n", 8);
    assertThat(Payload.number(3, mixed)).isEqualTo(Payload.NONE);
  }

  @Test
  void whatWasDamagedIsNothingThatWasPublished() throws JsonProcessingException {
    ObjectNode shorter = published(3, 7).deepCopy();
    shorter.put("filling", shorter.get("filling").asText().substring(1));
    ObjectNode without = published(3, 7).deepCopy();
    without.remove("filling");
    ObjectNode more = published(3, 7).deepCopy();
    more.put("more", 1);
    for (JsonNode damaged : new JsonNode[] {shorter, without, more}) {
      assertThat(Payload.number(3, damaged)).isEqualTo(Payload.NONE);
    }
  }
}
