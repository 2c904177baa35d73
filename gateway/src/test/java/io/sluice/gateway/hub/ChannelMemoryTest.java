package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.OwnJvm;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a channel that a connection has takes on the heap: what the sizing guide and `doctor` say
/// of it is not far off.
final class ChannelMemoryTest {
  @Test
  void itTakesWhatItIsSaidToTake() throws Exception {
    Map<String, Double> bytes = OwnJvm.measured(ChannelMemoryMain.class);
    System.out.println("bytes of a channel: " + bytes);
    double ofItsOwn = bytes.getOrDefault(ChannelMemoryMain.OWN, 0.0);
    assertThat(ofItsOwn).isBetween(Subscription.BYTES * 0.7, (double) Subscription.BYTES);
    assertThat(bytes.get(ChannelMemoryMain.SHARED)).isBetween(ofItsOwn / 2, ofItsOwn * 0.9);
  }
}
