package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.perf.ClientEvents.Recovery;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What a slow client makes of what it is told.
final class SlowClientsTest {
  private final Channels channels = new Channels("t-", 1, 1);
  private final History history = new History("slow");

  private void take(String message) throws IOException {
    SlowClients.take(new ObjectMapper().readTree(message), channels, history);
  }

  @Test
  void whatItIsAnsweredAndGivenIsWrittenDown() throws IOException {
    take("{\"id\":1,\"connect\":{}}");
    take("{}");
    take("{\"id\":3,\"subscribe\":{\"offset\":7}}");
    take("{\"push\":{\"channel\":\"t-1\",\"pub\":{\"data\":{},\"offset\":8}}}");

    assertThat(history.events())
        .satisfiesExactly(
            it -> assertThat(it).isInstanceOf(Event.Subscribed.class),
            it -> assertThat(it).isInstanceOf(Event.Received.class));
  }

  @Test
  void whoIsToldToSubscribeAgainIsToldOfALoss() {
    assertThatThrownBy(
            () -> take("{\"push\":{\"channel\":\"t-1\",\"unsubscribe\":{\"code\":2500}}}"))
        .isInstanceOf(IOException.class);

    assertThat(history.events())
        .singleElement()
        .isInstanceOfSatisfying(
            Event.Subscribed.class, it -> assertThat(it.recovery()).isEqualTo(Recovery.LOST));
  }

  @Test
  void whatIsToBeTriedAgainEndsTheConnectionAndAnythingElseIsAFact() {
    assertThatThrownBy(() -> take("{\"id\":1,\"error\":{\"code\":111,\"temporary\":true}}"))
        .isInstanceOf(IOException.class);
    for (String message :
        new String[] {
          "{\"id\":1,\"error\":{\"code\":103}}",
          "{\"push\":{\"channel\":\"t-1\",\"unsubscribe\":{\"code\":2000}}}",
          "{\"push\":{\"channel\":\"t-2\",\"pub\":{}}}",
          "{\"id\":9,\"subscribe\":{}}"
        }) {
      assertThatThrownBy(() -> take(message)).as(message).isInstanceOf(RuntimeException.class);
    }
  }
}
