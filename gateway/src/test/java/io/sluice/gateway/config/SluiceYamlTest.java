package io.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Holds `deploy/sluice.yaml` and the code together.
final class SluiceYamlTest {
  private static final Map<String, String> REQUIRED =
      Map.of(
          "sluice.kafka.bootstrap-servers",
          "kafka:9092",
          "sluice.api.key",
          "k-1",
          "sluice.tokens.hmac-secret",
          "0123456789abcdef0123456789abcdef");

  private final String file = read();

  @Test
  void theFileHasEveryKeyWithTheCodesDefaultAndNoOther() {
    Map<String, String> written = new TreeMap<>(YamlSource.read(file));
    Map<String, String> inCode =
        new TreeMap<>(ConfigLoader.parse("", Map.of(), REQUIRED).settings());
    REQUIRED.keySet().forEach(name -> inCode.put(name.substring("sluice.".length()), ""));
    // An open end: it has no keys of its own.
    assertThat(written.remove("kafka.properties")).isIn("", null);

    assertThat(written).isEqualTo(inCode);
    assertThat(written.keySet()).isEqualTo(Set.copyOf(ConfigLoader.keys()));
  }

  @Test
  void theFileTogetherWithWhatIsRequiredIsTheDefaultConfiguration() {
    assertThat(ConfigLoader.parse(file, Map.of(), REQUIRED))
        .isEqualTo(ConfigLoader.parse("", Map.of(), REQUIRED));
  }

  @Test
  void everyKeyIsExplainedAboveIt() {
    List<String> lines = file.lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      boolean isKey = lines.get(i).matches(" +[a-z-]+: \\S.*");
      if (isKey) {
        assertThat(lines.get(i - 1)).as("above " + lines.get(i)).matches(" *#.*");
      }
    }
  }

  private static String read() {
    try {
      return Files.readString(Path.of(System.getProperty("sluice.root"), "deploy", "sluice.yaml"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
