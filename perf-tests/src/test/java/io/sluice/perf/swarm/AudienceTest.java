package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AudienceTest {
  private static Audience of(int channels, int perClient) {
    return Audience.of(List.of(URI.create("ws://h/")), "", "c", channels, perClient);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 1", "10, 3", "7, 7", "100, 16"})
  void aSlotAndItsChannelFindOneAnother(int channels, int perClient) {
    Audience audience = of(channels, perClient);
    for (int client = 0; client < 50; client++) {
      for (int slot = 0; slot < perClient; slot++) {
        assertThat(audience.slot(client, audience.channel(client, slot))).isEqualTo(slot);
      }
    }
  }

  @Test
  void aChannelThatAClientDoesNotHaveIsInNoSlot() {
    assertThat(of(10, 3).slot(0, 3)).isEqualTo(-1);
    assertThat(of(10, 3).slot(3, 8)).isEqualTo(-1);
    assertThat(of(10, 3).slot(0, 12)).as("no such channel").isEqualTo(-1);
    assertThat(of(10, 3).slot(0, -1)).isEqualTo(-1);
  }

  @Test
  void aClientCannotHaveAChannelTwice() {
    assertThatThrownBy(() -> of(3, 4)).hasMessage("a client has 1 to 3 channels: 4");
  }

  @Test
  void aClientWithoutTheProtocolHasOneChannel() {
    List<URI> bare = List.of(URI.create("bare://h:1/sub?c="));
    assertThatThrownBy(() -> Audience.of(bare, "", "c", 2, 2))
        .hasMessage("a client without the protocol has one channel and no session");
    assertThat(Audience.of(bare, "", "c", 2, 1).bare()).isTrue();
    assertThat(of(1, 1).bare()).isFalse();
  }
}
