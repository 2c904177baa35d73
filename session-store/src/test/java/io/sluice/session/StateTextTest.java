package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StateTextTest {
  private static final SessionState STATE =
      new SessionState(
          List.of("orders:42", "1:2", "ü:😀\n\u0000"),
          List.of(
              new Served("c5:x", "e1", 0, Long.MAX_VALUE),
              new Served(",;e:", "e1", 1L << 53, 1L << 54),
              new Served("z", "zz", 7, 7)));

  @Test
  void whatWasWrittenIsRead() {
    assertThat(written(STATE)).isEqualTo(STATE);
    assertThat(written(SessionState.NONE)).isEqualTo(SessionState.NONE);
    assertThat(StateText.ofNames(List.of())).isEmpty();
    assertThat(StateText.ofPositions(List.of())).isEmpty();
  }

  private static SessionState written(SessionState state) {
    return StateText.read(
        StateText.ofNames(state.subscriptions()), StateText.ofPositions(state.served()));
  }

  @Test
  void anEpochIsWrittenOnceForAllItsChannels() {
    List<Served> positions =
        IntStream.range(0, 100)
            .mapToObj(i -> new Served("channel-" + i, "a-long-epoch-" + i % 2, i, i + 1))
            .toList();

    String text = StateText.ofPositions(positions);

    assertThat(text.split("a-long-epoch-", -1)).hasSize(3);
    assertThat(StateText.positions(text)).containsExactlyInAnyOrderElementsOf(positions);
  }

  @Test
  void noTextIsLongerThanItsBoundAndWhatIsWrittenIsWhole() {
    List<String> names = IntStream.range(0, 5000).mapToObj(i -> "a-channel-" + i).toList();
    List<Served> positions = names.stream().map(name -> new Served(name, "e", 1, 2)).toList();

    assertThat(StateText.ofNames(names)).hasSizeLessThanOrEqualTo(SessionState.MAX_TEXT);
    assertThat(StateText.ofPositions(positions)).hasSizeLessThanOrEqualTo(SessionState.MAX_TEXT);
    List<String> kept = StateText.names(StateText.ofNames(names));
    assertThat(kept).hasSizeGreaterThan(1000).isEqualTo(names.subList(0, kept.size()));
    assertThat(StateText.positions(StateText.ofPositions(positions))).hasSizeGreaterThan(700);
  }

  @Test
  void whatCannotBeReadOrIsOfALaterVersionIsNothing() {
    for (String text :
        List.of("2:ab", "1", "1x", "19:short", "1-1:", "1e1:xc1:y1", "1e1:xc1:yz,-1;")) {
      assertThat(StateText.names(text)).as(text).isEmpty();
      assertThat(StateText.positions(text)).as(text).isEmpty();
    }
  }
}
