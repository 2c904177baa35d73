package io.sluice.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ChannelName;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamespacesTest {
  private static final NamespaceConfig DEFAULT = NamespaceConfig.of("d");
  private static final NamespaceConfig ORDERS = numbers("o");
  private final Namespaces namespaces =
      new Namespaces(Map.of("default", DEFAULT, "orders", ORDERS), 20);

  @Test
  void bareNamesAreInDefaultAndOthersInTheNamespaceBeforeTheColon() {
    assertThat(namespaces.resolve("news"))
        .isEqualTo(new Resolution.Found(new ChannelName("default", "news"), DEFAULT));
    assertThat(namespaces.resolve("orders:42"))
        .isEqualTo(new Resolution.Found(new ChannelName("orders", "42"), ORDERS));
  }

  @Test
  void aNamespaceThatIsNotConfiguredIsUnknown() {
    assertThat(namespaces.resolve("order:42")).isEqualTo(new Resolution.Unknown("order"));
    assertThat(new Namespaces(Map.of("orders", ORDERS), 20).resolve("news"))
        .isEqualTo(new Resolution.Unknown("default"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', a channel needs a namespace and a key",
    "':', a channel needs a namespace and a key",
    "'orders:', a channel needs a namespace and a key",
    "':x', a channel needs a namespace and a key",
    "'default:x', 'default:'",
    "'orders:abc', is no key of the kind LONG",
    "123456789012345678901, 21 characters is longer than 20",
  })
  void whatCannotBeAChannelIsInvalidWithAReason(String name, String reason) {
    assertThat(namespaces.resolve(name))
        .isInstanceOfSatisfying(
            Resolution.Invalid.class, invalid -> assertThat(invalid.reason()).contains(reason));
  }

  @Test
  void textThatIsNoUnicodeIsInvalid() {
    assertThat(namespaces.resolve("a\ud800")).isInstanceOf(Resolution.Invalid.class);
  }

  private static NamespaceConfig numbers(String topic) {
    return requireNonNull(
        ConfigLoader.parse(
                "namespaces: {orders: {topic: %s, key: long}}".formatted(topic),
                Map.of(),
                Map.of(
                    "sluice.kafka.bootstrap-servers", "kafka:9092",
                    "sluice.api.key", "k-1",
                    "sluice.tokens.anonymous", "true"))
            .namespaces()
            .get("orders"));
  }
}
