package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.OwnJvm;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a channel that a connection has takes on the heap: what the sizing guide and `doctor` say
/// of it is not far off.
final class ChannelMemoryTest {
  @Test
  void itTakesWhatItIsSaidToTake() throws Exception {
    double ofItsOwn = bytes(ChannelMemoryMain.OWN);
    double shared = bytes(ChannelMemoryMain.SHARED);
    System.out.println("bytes of a channel: " + ofItsOwn + " of its own, " + shared + " shared");
    assertThat(ofItsOwn).isBetween(Subscription.BYTES * 0.6, (double) Subscription.BYTES);
    assertThat(shared).isBetween(ofItsOwn / 2, ofItsOwn * 0.9);
  }

  private static double bytes(String what) throws Exception {
    return Objects.requireNonNull(OwnJvm.measured(ChannelMemoryMain.class, what).get(what));
  }
}
