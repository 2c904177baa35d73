package io.sluice.perf.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class NoticesTest {
  private static JsonNode bill(String components) throws IOException {
    return new ObjectMapper().readTree("{\"components\":[" + components + "]}");
  }

  private static String component(String group, String name, String licences) {
    return "{\"group\":\"%s\",\"name\":\"%s\",\"version\":\"1.2\",\"licenses\":[%s]}"
        .formatted(group, name, licences);
  }

  @Test
  void eachLibraryOfOthersIsALineWithItsLicences() throws Exception {
    String both = "{\"license\":{\"id\":\"EPL-1.0\"}},{\"license\":{\"name\":\"A licence\"}}";
    assertThat(
            Notices.of(
                bill(
                    component("org.b", "b", both)
                        + ","
                        + component("io.sluice", "gateway", "")
                        + ","
                        + component("org.a", "a", "{\"expression\":\"MIT OR BSD-2-Clause\"}"))))
        .endsWith("", "org.a:a 1.2: MIT OR BSD-2-Clause", "org.b:b 1.2: EPL-1.0, A licence")
        .noneMatch(line -> line.contains("gateway"));
  }

  @Test
  void nothingIsShippedWhoseLicenceIsNotKnown() {
    assertThatThrownBy(() -> Notices.of(bill(component("org.a", "a", ""))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("org.a:a");
    assertThatThrownBy(() -> Notices.of(bill(""))).isInstanceOf(IOException.class);
  }
}
