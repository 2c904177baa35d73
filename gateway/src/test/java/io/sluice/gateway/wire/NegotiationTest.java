package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 7692 §5 and §7.1: which offers are taken, and what is answered.
final class NegotiationTest {
  private static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=15",
        "permessage-deflate; client_max_window_bits=\"10\"",
        "permessage-deflate;client_max_window_bits",
        "permessage-deflate\t;\tclient_max_window_bits = 9 ",
        " , permessage-deflate , ,",
        "x-webkit-deflate-frame, permessage-deflate",
        "permessage-deflate; unknown, permessage-deflate",
        "permessage-deflate; server_max_window_bits=7, permessage-deflate",
      })
  void anOfferIsTakenAndNeitherSideKeepsAnything(String offer) throws Exception {
    assertThat(agreed("/connection/echo", offer)).isEqualTo(ANSWER);
    assertThat(agreed("/connection/websocket", offer)).isEqualTo(ANSWER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "permessage-bzip2",
        "Permessage-Deflate",
        "permessage-deflate; unknown",
        "permessage-deflate; unknown=1",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=10; client_max_window_bits=10",
        "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=x",
        "permessage-deflate; server_max_window_bits=99999999999999999999",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=010",
        "permessage-deflate; SERVER_NO_CONTEXT_TAKEOVER",
      })
  void anOfferThatCannotBeMetIsDeclinedAndTheConnectionGoesOnWithout(String offer)
      throws Exception {
    try (WireClient client = new WireClient(WireNode.port(), "/connection/echo", offer)) {
      assertThat(client.agreed()).isEmpty();
      client.write(Frame.text("plain"));
      assertThat(client.read()).isEqualTo(Heard.text("plain"));
      assertThat(client.compressed()).isZero();
    }
    assertThat(agreed("/connection/websocket", offer)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"8", "9", "10", "11", "12", "13", "14", "15"})
  void aWindowIsPromisedByTheEchoAndTheWidestOneByAll(int bits) throws Exception {
    String offer = "permessage-deflate; server_max_window_bits=" + bits;
    String answer = ANSWER + "; server_max_window_bits=" + bits;
    assertThat(agreed("/connection/echo", offer)).isEqualTo(answer);
    // what is compressed once for all refers back as far as it likes
    assertThat(agreed("/connection/websocket", offer)).isEqualTo(bits == 15 ? answer : "");
    assertThat(agreed("/connection/websocket", offer + ", permessage-deflate"))
        .isEqualTo(bits == 15 ? answer : ANSWER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; =1",
        "permessage-deflate;",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=\"10",
        "permessage-deflate; server_max_window_bits=\"\"",
        "permessage-deflate; a=\"b c\"",
        "permessage-deflate x",
        "(permessage-deflate)",
        "permessage-deflate; a=\"b\\\"",
        ";",
        "=",
      })
  void aMalformedHeaderIsA400(String offer) {
    assertThatThrownBy(() -> agreed("/connection/echo", offer))
        .hasMessageContaining("HTTP/1.1 400");
  }

  private static String agreed(String path, String offer) throws Exception {
    try (WireClient client = new WireClient(WireNode.port(), path, offer)) {
      return client.agreed();
    }
  }
}
