package io.sluice.gateway.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.NodeInfo;
import io.sluice.broker.Revocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {
  private final Told told = new Told();
  private final List<String> heard = new ArrayList<>();

  @Test
  void aMessageGoesToWhoDoesItsTypeAndUnknownOnesNowhere() {
    told.on("refresh", message -> heard.add("refresh " + message.path("user").asText()));
    told.on("disconnect", message -> heard.add("disconnect " + message.path("user").asText()));
    told.told("{\"type\":\"disconnect\",\"user\":\"ann\"}".getBytes(UTF_8));
    told.told("{\"type\":\"dance\",\"user\":\"ann\"}".getBytes(UTF_8));
    told.told("{}".getBytes(UTF_8));
    told.told("[]".getBytes(UTF_8));
    told.told("{".getBytes(UTF_8));
    assertThat(heard).containsExactly("disconnect ann");
  }

  @Test
  void twoCannotDoTheSame() {
    told.on("refresh", _ -> {});
    assertThatThrownBy(() -> told.on("refresh", _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("refresh");
  }

  @Test
  void oneWhoFailsKeepsTheNextFromNothing() {
    told.onDied(_ -> {
      throw new IllegalStateException("cannot");
    });
    told.onDied(node -> heard.add(node.id()));
    told.onRevoked(revocation -> heard.add(revocation.user()));
    told.died(new NodeInfo("n1", Instant.EPOCH, "", "", ""));
    told.revoked(new Revocation("ann", Instant.EPOCH, Instant.EPOCH));
    assertThat(heard).containsExactly("n1", "ann");
  }
}
