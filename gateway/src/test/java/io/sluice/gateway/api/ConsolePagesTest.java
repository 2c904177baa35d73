package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsolePagesTest {
  private final TestApi api = new TestApi();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void filesAreServedWithAStrictPolicy() {
    HttpResponse<String> file = api.get("/console/for-test.js");

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.body()).isEqualTo("// for tests\n");
    assertThat(file.headers().firstValue("Content-Type").orElse("")).contains("javascript");
    assertThat(file.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(file.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'self'; connect-src * ws: wss:;")
        .doesNotContain("unsafe");
  }

  @Test
  void aFolderShowsItsIndex() {
    HttpResponse<String> page = api.get("/console/sub/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.body()).contains("<title>welcome</title>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console"})
  void theBareAddressLeadsToTheConsole(String path) {
    HttpResponse<String> answer = api.get(path);

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location")).contains("/console/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/none.js",
        "/console/..%2fsluice.yaml",
        "/console/%2e%2e/io/sluice/gateway/api/ApiServer.class",
        "/console/../io/sluice/gateway/api/ApiServer.class"
      })
  void nothingElseOfTheClassPathIsServed(String path) throws IOException {
    assertThat(status(api.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n")))
        .isNotEqualTo(200);
  }

  @Test
  void aPageOfThisMachineGetsAToken() {
    HttpResponse<String> answer = api.get("/console/session");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
    assertThat(answer.body())
        .isEqualTo(
            "{\"edge\":\"ws://127.0.0.1:8000/connection/websocket\",\"token\":\"t-1\","
                + "\"user\":\"console\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "LocalHost:9000, 200",
    "127.0.0.1:9000, 200",
    "127.9.9.9, 200",
    "[::1]:9000, 200",
    "evil.example, 403",
    "evil.example:9000, 403",
    "localhost.evil.example, 403",
    "127.0.0.1.evil.example, 403",
    "10.0.0.1, 403",
  })
  void onlyLoopbackNamesGetAToken(String host, int status) throws IOException {
    String answer = api.raw("GET /console/session HTTP/1.1\r\nHost: " + host + "\r\n");

    assertThat(status(answer)).isEqualTo(status);
    assertThat(answer.contains("t-1")).isEqualTo(status == 200);
  }

  @Test
  void pagesOfOtherSitesGetNoToken() throws IOException {
    String request = "GET /console/session HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: ";

    assertThat(status(api.raw(request + "cross-site\r\n"))).isEqualTo(403);
    assertThat(status(api.raw(request + "same-site\r\n"))).isEqualTo(403);
    assertThat(status(api.raw(request + "same-origin\r\n"))).isEqualTo(200);
  }

  @Test
  void thereIsNoConsoleUnlessConfigured() {
    try (TestApi without = new TestApi(Map.of("SLUICE_API_CONSOLE", "false"))) {
      assertThat(without.get("/").statusCode()).isEqualTo(404);
      assertThat(without.get("/console/for-test.js").statusCode()).isEqualTo(404);
      assertThat(without.get("/console/session").statusCode()).isEqualTo(404);
    }
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }
}
