package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BareSpeechTest {
  private static final String PAYLOAD = "{\"c\":7,\"n\":3,\"t\":99,\"p\":\"x\\n\\nx\"}";

  private final List<String> heard = new ArrayList<>();

  private final Speech.Listener listener =
      new Speech.Listener() {
        @Override
        public void publication(PushReader push) {
          heard.add(
              "%d %d %d %d"
                  .formatted(push.channel(), push.addressed(), push.sequence(), push.sent()));
        }

        @Override
        public void id(String id) {
          heard.add("id " + id);
        }

        @Override
        public void message(JsonNode message) {
          heard.add(message.toString());
        }

        @Override
        public boolean ended() {
          return false;
        }
      };

  private void read(boolean ids, String frame) throws IOException {
    byte[] scratch = (frame + "left from before").getBytes(StandardCharsets.US_ASCII);
    new BareSpeech(ids).read(scratch, frame.length(), new PushReader(), listener);
  }

  @Test
  void aFrameIsAPayloadThatNamesItsChannel() throws Exception {
    read(false, PAYLOAD);

    assertThat(heard).containsExactly("7 7 3 99");
  }

  @Test
  void anIdComesBeforeThePayloadWhateverElseDoes() throws Exception {
    read(true, "id: 1461622867:0\n\n" + PAYLOAD);
    read(true, "content-type: text/plain\nid: 1461622867:1\n\n" + PAYLOAD);

    assertThat(heard).containsExactly("id 1461622867:0", "7 7 3 99", "id 1461622867:1", "7 7 3 99");
  }

  @Test
  void aFrameWithoutTheLinesBeforeThePayloadIsRefused() {
    assertThatThrownBy(() -> read(true, "{\"c\":7,\"n\":3,\"t\":99}"))
        .isInstanceOf(IOException.class)
        .hasMessage("a publication without an id");
  }
}
