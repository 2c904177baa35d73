package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which pages get in, and what their browsers are told.
final class CorsTest {
  private static Optional<HttpHeaders> headers(String allowed, String origin, String host) {
    HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    head.headers().set(HttpHeaderNames.HOST, host).set(HttpHeaderNames.ORIGIN, origin);
    List<String> list = allowed.isEmpty() ? List.of() : List.of(allowed.split(" ", -1));
    return new Cors(new Origins(list)).of(head);
  }

  /// Verdicts: trusted (named, with credentials), anyone (`*`, without), refused.
  @ParameterizedTest
  @CsvSource({
    // the edge's own host: always
    "'', https://push.example.org, push.example.org, trusted",
    "'', https://PUSH.example.org, push.example.org, trusted",
    "'', http://push.example.org:8000, push.example.org:8000, trusted",
    "'', http://[::1]:8000, [::1]:8000, trusted",
    "'', http://[2001:db8::1]:8000, [2001:db8::1]:8000, trusted",
    "'', http://push.example.org:8001, push.example.org:8000, refused",
    "'', http://[::1]:8001, [::1]:8000, refused",
    "'', https://example.org, push.example.org, refused",
    "'', https://push.example.org.evil.example, push.example.org, refused",
    "'', 'null', push.example.org, refused",
    "'', file://, push.example.org, refused",
    "'', '', push.example.org, refused",
    "'', https://push.example.org/path, push.example.org, refused",
    "'', https://me@push.example.org, me@push.example.org, refused",
    "'', ftp://push.example.org, push.example.org, refused",
    // listed ones
    "https://app.example.org, https://app.example.org, x, trusted",
    "https://app.example.org, https://APP.example.org, x, trusted",
    "https://app.example.org, http://app.example.org, x, refused",
    "https://app.example.org, https://app.example.org:8443, x, refused",
    "https://app.example.org, https://sub.app.example.org, x, refused",
    "https://app.example.org:*, https://app.example.org:8443, x, trusted",
    "https://app.example.org:*, https://app.example.org, x, trusted",
    "https://app.example.org:*, http://app.example.org, x, refused",
    "http://[::1]:*, http://[::1]:3000, x, trusted",
    "http://[::1]:3000, http://[::1]:3000, x, trusted",
    "http://[::1]:3000, http://[::1]:3001, x, refused",
    // loopback
    "loopback, http://localhost, x, trusted",
    "loopback, https://localhost:3000, x, trusted",
    "loopback, http://127.0.0.1:3000, x, trusted",
    "loopback, http://127.200.0.9, x, trusted",
    "loopback, http://[::1]:3000, x, trusted",
    "loopback, https://[::1], x, trusted",
    "loopback, http://[::2]:3000, x, refused",
    "loopback, http://[::ffff:7f00:1]:3000, x, refused",
    "loopback, http://localhost.evil.example, x, refused",
    "loopback, http://127.0.0.1.evil.example, x, refused",
    "loopback, http://128.0.0.1, x, refused",
    "loopback, 'null', x, refused",
    // everybody, but only listed ones with credentials
    "*, https://evil.example, x, anyone",
    "*, 'null', x, anyone",
    "* https://app.example.org, https://app.example.org, x, trusted",
    "* https://app.example.org, https://evil.example, x, anyone",
  })
  void onlyListedPagesGetInAndOnlyTheyWithCredentials(
      String allowed, String origin, String host, String verdict) {
    Optional<HttpHeaders> headers = headers(allowed, origin, host);
    String found =
        headers
            .map(h -> h.get(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN))
            .map(named -> named.equals("*") ? "anyone" : "trusted")
            .orElse("refused");

    assertThat(found).isEqualTo(verdict);
    headers.ifPresent(h -> {
      assertThat(h.get(HttpHeaderNames.VARY)).isEqualTo("Origin");
      assertThat(h.contains(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS))
          .isEqualTo(verdict.equals("trusted"));
      assertThat(h.get(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN))
          .isEqualTo(verdict.equals("trusted") ? origin : "*");
    });
  }

  @Test
  void whoSendsNoOriginIsNoBrowserAndGetsIn() {
    HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    assertThat(new Cors(new Origins(List.of())).of(head))
        .hasValueSatisfying(headers -> assertThat(headers.isEmpty()).isTrue());
  }
}
