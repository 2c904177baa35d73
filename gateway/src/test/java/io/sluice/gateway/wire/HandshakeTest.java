package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.EdgeProbe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 6455 §4.2.1 by cases: one change to a good handshake, and what it is answered.
final class HandshakeTest {
  private static final String GOOD =
      """
      GET /connection/echo HTTP/1.1
      Host: x
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """;

  /// What is replaced, by what (`|` is a line break), the status, and what the answer says.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        // as it is
        "GET,GET,101,sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        // §4.2.1 1: a GET of HTTP/1.1
        "GET,POST,426,upgrade: websocket",
        "GET,HEAD,426,upgrade: websocket",
        "GET,PUT,426,upgrade: websocket",
        "GET,get,426,upgrade: websocket",
        "HTTP/1.1,HTTP/1.0,426,upgrade: websocket",
        "HTTP/1.1,HTTP/1.2,101,-",
        // 2: a host
        "Host: x|,~~,400,Host",
        "Host: x,Host: x|Host: y,400,Host",
        "Host: x,host: x,101,-",
        // 3: Upgrade
        "Upgrade: websocket|,~~,426,upgrade: websocket",
        "Upgrade: websocket,Upgrade: WebSocket,101,-",
        "Upgrade: websocket,UPGRADE: WEBSOCKET,101,-",
        "Upgrade: websocket,~Upgrade: h2c, websocket~,101,-",
        "Upgrade: websocket,Upgrade: h2c|Upgrade: websocket,101,-",
        "Upgrade: websocket,Upgrade: h2c,426,upgrade: websocket",
        "Upgrade: websocket,Upgrade: websockets,426,upgrade: websocket",
        "Upgrade: websocket,Upgrade:,426,upgrade: websocket",
        // 4: Connection
        "Connection: Upgrade|,~~,426,connection: upgrade",
        "Connection: Upgrade,connection: upgrade,101,-",
        "Connection: Upgrade,~Connection: keep-alive, Upgrade~,101,-",
        "Connection: Upgrade,~Connection: keep-alive ,, UPGRADE ,~,101,-",
        "Connection: Upgrade,Connection: keep-alive|Connection: Upgrade,101,-",
        "Connection: Upgrade,Connection: keep-alive,426,upgrade: websocket",
        "Connection: Upgrade,Connection: not-Upgrade,426,upgrade: websocket",
        // 5: the key
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|,~~,400,Sec-WebSocket-Key",
        "Key: dGhlIHNhbXBsZSBub25jZQ==,Key:,400,Sec-WebSocket-Key",
        "Key: dGhlIHNhbXBsZSBub25jZQ==,Key: c2hvcnQ=,400,Sec-WebSocket-Key",
        "Key: dGhlIHNhbXBsZSBub25jZQ==,Key: dGhlIHNhbXBsZSBub25jZQ,400,Sec-WebSocket-Key",
        "Key: dGhlIHNhbXBsZSBub25jZQ==,Key: dGhlIHNhbXBsZSBub25jZSEh,400,Sec-WebSocket-Key",
        "Key: dGhlIHNhbXBsZSBub25jZQ==,Key: !!!!!!!!!!!!!!!!!!!!!!==,400,Sec-WebSocket-Key",
        "Key: dGhlIHNhbXBsZSBub25jZQ==,Key:    dGhlIHNhbXBsZSBub25jZQ==  ,101,s3pPLMBiTxaQ9",
        "==,==|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==,400,Sec-WebSocket-Key",
        // 6: the version, and §4.4
        "Sec-WebSocket-Version: 13|,~~,426,sec-websocket-version: 13",
        "Version: 13,Version: 8,426,sec-websocket-version: 13",
        "Version: 13,Version: 7,426,sec-websocket-version: 13",
        "Version: 13,Version: 0,426,sec-websocket-version: 13",
        "Version: 13,Version: 14,426,sec-websocket-version: 13",
        "Version: 13,Version: 013,426,sec-websocket-version: 13",
        "Version: 13,Version: x,426,sec-websocket-version: 13",
        "Version: 13,~Version: 13, 8~,426,sec-websocket-version: 13",
        "Version: 13,Version: 13|Sec-WebSocket-Version: 13,426,sec-websocket-version: 13",
        // 8: sub-protocols
        "Host: x,Host: x|Sec-WebSocket-Protocol: centrifuge-json,101,protocol: centrifuge-json",
        "Host: x,~Host: x|Sec-WebSocket-Protocol: a, centrifuge-json,b~,101,: centrifuge-json",
        "Host: x,~Host: x|Sec-WebSocket-Protocol: a|Sec-WebSocket-Protocol: centrifuge-json~,101,"
            + "protocol: centrifuge-json",
        "Host: x,Host: x|Sec-WebSocket-Protocol: other,101,-",
        // 9: extensions
        "Host: x,Host: x|Sec-WebSocket-Extensions: permessage-deflate,101,: permessage-deflate",
        "Host: x,~Host: x|Sec-WebSocket-Extensions: a|Sec-WebSocket-Extensions: permessage-deflate~,"
            + "101,: permessage-deflate",
        "Host: x,Host: x|Sec-WebSocket-Extensions: other,101,-",
        "Host: x,Host: x|Sec-WebSocket-Extensions: a b,400,is not as RFC 6455",
        // what is not asked for does no harm
        "Host: x,Host: x|X-Anything: at all|Content-Length: 0,101,-",
      })
  void aHandshakeIsJudgedByTheStandard(
      String part, String instead, int status, @Nullable String says) throws IOException {
    String request = GOOD.replace(part.replace('|', '\n'), instead.replace('|', '\n'));
    assertThat(part.equals(instead) || !request.equals(GOOD)).as("it changes something").isTrue();

    String answer = answer(request);

    assertThat(answer).startsWith("HTTP/1.1 " + status);
    if (says != null) {
      assertThat(answer).containsIgnoringCase(says);
    } else {
      assertThat(answer)
          .doesNotContainIgnoringCase("sec-websocket-protocol")
          .doesNotContainIgnoringCase("sec-websocket-extensions");
    }
  }

  /// Up to the end of the answer: a refusal closes, and an echo that hears a close does.
  private static String answer(String request) throws IOException {
    String head = request.replace("\n", "\r\n") + "\r\n";
    String close = new String(Frame.close(1000), java.nio.charset.StandardCharsets.ISO_8859_1);
    return new EdgeProbe(WireNode.port()).exchange(head + close);
  }
}
