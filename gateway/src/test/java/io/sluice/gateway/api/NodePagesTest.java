package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NodePagesTest {
  private static final TestApi API = new TestApi();

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void everyNodeIsListedWithItsStateAndItsLoad() {
    HttpResponse<String> all = get("/api/v1/nodes", TestApi.KEY);
    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(all.body())
        .startsWith("{\"nodes\":[{\"id\":\"n1\",\"edge\":\"ws://a:8000\",\"state\":\"live\",")
        .contains(
            "{\"id\":\"n2\",\"edge\":\"ws://b:8000\",\"state\":\"stale\","
                + "\"started\":\"1970-01-01T00:00:00Z\",\"connections\":1,\"subscriptions\":0,"
                + "\"channels\":0,\"api\":\"http://b:9000\",\"version\":\"0.1.0\"}");
  }

  @Test
  void oneNodeIsFoundByItsId() {
    HttpResponse<String> one = get("/api/v1/nodes/n1", TestApi.KEY);
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(one.body())
        .startsWith("{\"id\":\"n1\",")
        .contains("\"connections\":3,\"subscriptions\":5,\"channels\":4");
    HttpResponse<String> none = get("/api/v1/nodes/n9", TestApi.KEY);
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(none.body()).contains("there is no node 'n9'");
  }

  @Test
  void withoutTheKeyNothingIsTold() {
    assertThat(get("/api/v1/nodes", "wrong").statusCode()).isEqualTo(401);
    assertThat(get("/api/v1/nodes/n9", "wrong").statusCode()).isEqualTo(401);
  }

  private static HttpResponse<String> get(String path, String key) {
    return API.send(API.request(path).header("X-API-Key", key).GET());
  }
}
