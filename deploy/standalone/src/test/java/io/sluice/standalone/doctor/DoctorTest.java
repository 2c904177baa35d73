package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorTest {
  @Test
  void howLongClientsMayBeAwayIsAskedWhereItMatters() {
    GatewayConfig config =
        ConfigLoader.parse(
            """
            kafka.bootstrap-servers: 127.0.0.1:9092
            api.key: 0123456789abcdef
            tokens.hmac-secret: 0123456789abcdef0123456789abcdef
            namespaces:
              orders: {topic: orders}
              prices: {topic: prices, mode: state}
              ticks: {topic: ticks, recovery: false}
            """,
            Map.of(),
            Map.of());
    assertThat(Doctor.replays(config)).containsOnlyKeys("orders");
  }
}
