package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What a node takes and people regret.
class ConfigurationCheckTest {
  @Test
  void aGoodOneIsOneLine() {
    assertThat(run())
        .singleElement()
        .isEqualTo(Finding.ok("configuration", "is good; namespaces: default"));
  }

  @Test
  void aKeyThatCanBeGuessedIsNamedAndNotShown() {
    assertThat(run("api.key", "hunter2hunter2x", "api.second-key", "abc"))
        .extracting(Finding::said)
        .containsExactly(
            "api.key has 15 characters: who guesses it may publish to every channel",
            "api.second-key has 3 characters: who guesses it may publish to every channel");
  }

  @Test
  void aKeyOfTokensThatIsNoneIsAnError() {
    assertThat(
            run("tokens.rsa-public-key", "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----"))
        .singleElement()
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.ERROR))
        .satisfies(it -> assertThat(it.said()).contains("tokens.rsa-public-key"));
  }

  @Test
  void whatIsFineOnThisMachineIsToldWhereOthersComeIn() {
    String[] lax = {
      "edge.token-in-url", "true",
      "edge.echo", "true",
      "edge.allowed-origins", "*",
      "api.console", "true",
      "tokens.anonymous", "true",
      "namespaces.default.publish", "anyone",
      "edge.host", "127.0.0.1",
    };
    assertThat(run(lax)).extracting(Finding::level).containsExactly(Level.OK);
    lax[lax.length - 1] = "0.0.0.0";
    assertThat(run(lax))
        .extracting(Finding::said)
        .satisfiesExactlyInAnyOrder(
            it -> assertThat(it).startsWith("edge.token-in-url: true"),
            it -> assertThat(it).startsWith("edge.echo: true"),
            it -> assertThat(it).startsWith("edge.allowed-origins: '*'"),
            it -> assertThat(it).contains("namespaces.default.publish: anyone"));
    assertThat(run("api.console", "true", "api.host", "0.0.0.0"))
        .extracting(Finding::said)
        .containsExactly("api.console: true on 0.0.0.0: it is for development");
  }

  @Test
  void nodesWhoseKafkaIsElsewhereAreToldThatOthersDoNotFindThem() {
    assertThat(run("kafka.bootstrap-servers", "kafka-1:9092"))
        .extracting(Finding::said)
        .singleElement()
        .asString()
        .contains("http://127.0.0.1:9000");
    assertThat(
            run("kafka.bootstrap-servers", "kafka-1:9092", "api.address", "http://10.0.0.7:9000"))
        .extracting(Finding::said)
        .singleElement()
        .asString()
        .contains("http://10.0.0.7:9000", "api.host: 127.0.0.1");
    assertThat(
            run(
                "kafka.bootstrap-servers",
                "kafka-1:9092",
                "api.address",
                "http://10.0.0.7:9000",
                "api.host",
                "0.0.0.0"))
        .extracting(Finding::level)
        .containsExactly(Level.OK);
  }

  @Test
  void aPasswordThatIsSentAsItIsIsWarnedAbout() {
    assertThat(
            run(
                "kafka.properties.security.protocol",
                "SASL_PLAINTEXT",
                "kafka.properties.sasl.mechanism",
                "PLAIN"))
        .extracting(Finding::fix)
        .containsExactly("security.protocol: SASL_SSL");
  }

  private static List<Finding> run(String... keys) {
    return new ConfigurationCheck(Configurations.with(keys)).run();
  }
}
