package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.perf.check.Violation;
import io.sluice.perf.check.Violation.Fault;
import org.junit.jupiter.api.Test;

final class RoomTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Room room = new Room("user-1", "stress-room-1");

  private static JsonNode read(String text) throws Exception {
    return JSON.readTree(text);
  }

  private static JsonNode publication(long offset, long n) throws Exception {
    return read("{\"offset\":%d,\"data\":{\"n\":%d}}".formatted(offset, n));
  }

  private String subscribe() {
    ObjectNode command = JSON.createObjectNode();
    room.subscribe(command);
    return command.toString();
  }

  @Test
  void itBeginsAnywhereAndGoesOnFromWhatItWasGivenLast() throws Exception {
    assertThat(subscribe()).isEqualTo("{\"subscribe\":{\"channel\":\"stress-room-1\"}}");
    assertThat(room.subscribed(read("{\"epoch\":\"e\",\"offset\":5}"), 41)).isTrue();
    room.given(publication(6, 41));
    room.given(publication(8, 42));
    room.left();

    assertThat(room.isAnswered()).isFalse();
    assertThat(subscribe()).contains("\"recover\":true", "\"epoch\":\"e\"", "\"offset\":8");
    assertThat(room.subscribed(read("{\"epoch\":\"e\",\"offset\":8,\"recovered\":true}"), 42))
        .isTrue();
    room.given(publication(9, 43));
    assertThat(room.watch().violations(44)).isEmpty();
  }

  @Test
  void whatIsMissingAfterARecoveryIsAFalseVerdict() throws Exception {
    room.subscribed(read("{\"epoch\":\"e\",\"offset\":5}"), 41);
    room.given(publication(6, 41));
    room.left();
    room.subscribed(read("{\"epoch\":\"e\",\"offset\":6,\"recovered\":true}"), 42);
    room.given(publication(9, 43));
    assertThat(room.watch().violations(44))
        .extracting(Violation::fault)
        .containsExactly(Fault.FALSE_VERDICT);
  }

  @Test
  void whatWasPublishedAfterTheAnswerHasToCome() throws Exception {
    room.subscribed(read("{\"epoch\":\"e\",\"offset\":5}"), 41);
    assertThat(room.missingAtTheEnd(41)).isEmpty();
    assertThat(room.missingAtTheEnd(43))
        .extracting(Violation::first, Violation::last)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(41L, 42L));
    assertThat(room.given(publication(9, 42)).orElseThrow())
        .returns(Fault.GAP, Violation::fault)
        .returns(41L, Violation::first)
        .returns(41L, Violation::last);
    assertThat(room.given(publication(10, 43))).isEmpty();
    assertThat(room.missingAtTheEnd(44)).isEmpty();
  }

  @Test
  void whoIsToldOfALossHasLostNothingMore() throws Exception {
    room.subscribed(read("{\"epoch\":\"e\",\"offset\":5}"), 41);
    room.given(publication(6, 41));
    room.left();
    assertThat(room.subscribed(read("{\"epoch\":\"f\",\"offset\":90}"), 60)).isFalse();
    room.given(publication(91, 60));
    assertThat(room.watch().violations(61)).isEmpty();
  }
}
