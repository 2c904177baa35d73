package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CentrifugoTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void byItselfItKeepsHistoryInMemoryAndLimitsNobody() throws Exception {
    JsonNode told = JSON.readTree(CentrifugoSettings.on(4711).json());

    assertThat(told.at("/http_server/address").asText()).isEqualTo("127.0.0.1");
    assertThat(told.at("/http_server/port").asInt()).isEqualTo(4711);
    assertThat(told.at("/engine/type").asText()).isEqualTo("memory");
    assertThat(told.at("/usage_stats/disabled").asBoolean()).isTrue();
    assertThat(told.at("/client/connection_limit").asInt(-1)).isZero();
    assertThat(told.at("/client/token/hmac_secret_key").asText())
        .isEqualTo(CentrifugoSettings.SECRET);
    assertThat(told.at("/channel/without_namespace/force_recovery").asBoolean()).isTrue();
    assertThat(told.at("/channel/without_namespace/history_size").asInt()).isPositive();
    assertThat(told.has("consumers")).isFalse();
  }

  @Test
  void fromKafkaItReadsATopicAndKeepsHistoryInRedis() throws Exception {
    JsonNode told =
        JSON.readTree(CentrifugoSettings.on(1).from("h:1,h:2", "topic").in("redis://h:3").json());

    assertThat(told.at("/engine/type").asText()).isEqualTo("redis");
    assertThat(told.at("/engine/redis/address/0").asText()).isEqualTo("redis://h:3");
    assertThat(told.at("/consumers/0/enabled").asBoolean()).isTrue();
    assertThat(told.at("/consumers/0/type").asText()).isEqualTo("kafka");
    assertThat(told.at("/consumers/0/kafka/brokers").toString()).isEqualTo("[\"h:1\",\"h:2\"]");
    assertThat(told.at("/consumers/0/kafka/topics/0").asText()).isEqualTo("topic");
  }

  @Test
  void aSettingMoreReplacesOrIsAdded() throws Exception {
    CentrifugoSettings settings = CentrifugoSettings.on(1);
    settings.set("client.ping_interval=10m");
    settings.set("shutdown.timeout=1s");
    settings.set("one.that.is.new=x");
    JsonNode told = JSON.readTree(settings.json());

    assertThat(told.at("/client/ping_interval").asText()).isEqualTo("10m");
    assertThat(told.at("/client/connection_limit").asInt(-1)).isZero();
    assertThat(told.at("/shutdown/timeout").asText()).isEqualTo("1s");
    assertThat(told.at("/one/that/is/new").asText()).isEqualTo("x");
    assertThatThrownBy(() -> settings.set("-Xms16m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'-Xms16m'");
  }

  @Test
  void readersSeeNoSecrets() {
    assertThat(CentrifugoSettings.on(1).withoutSecrets())
        .contains("force_recovery")
        .doesNotContain(CentrifugoSettings.SECRET, CentrifugoSettings.API_KEY);
  }

  @Test
  void aRecordIsACommand() {
    byte[] payload = "{\"c\":1}".getBytes(StandardCharsets.UTF_8);

    assertThat(new String(Centrifugo.command("c1", payload), StandardCharsets.UTF_8))
        .isEqualTo("{\"method\":\"publish\",\"payload\":{\"channel\":\"c1\",\"data\":{\"c\":1}}}");
  }

  @Test
  void aProgramIsAskedWhatItIs() throws Exception {
    assertThat(Centrifugo.Binary.at(program("echo 'Centrifugo v6.9.1 (Go version: go1.26)'")))
        .extracting(Centrifugo.Binary::version)
        .isEqualTo("6.9.1 (Go version: go1.26)");
    Path other = program("echo something else");
    assertThatThrownBy(() -> Centrifugo.Binary.at(other))
        .hasMessageContaining("is no Centrifugo")
        .hasMessageContaining("something else");
  }

  private Path program(String line) throws Exception {
    Path file = Files.createTempFile(folder, "program", "");
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
