package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.DeflatedPiece;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One publication, one compression, whoever takes it.
final class SharedPieceTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");

  private final ManualLoop one = new ManualLoop();
  private final ManualLoop other = new ManualLoop();
  private final Hub hub = new Hub(List.of(one, other), new PositionTokens("key"));
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(1), hub);

  private List<RecordingSubscriber> subscribed(WireForm form, int count) {
    List<RecordingSubscriber> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RecordingSubscriber subscriber = new RecordingSubscriber(form);
      hub.shards()
          .get(i % 2)
          .subscribe(
              new Subscription(subscriber, new ChannelName("default", "a"), POLICY, Side.CLIENT),
              log.partition());
      all.add(subscriber);
    }
    return all;
  }

  @Test
  void aHundredSubscribersOnTwoLoopsGetTheSameBytes() {
    List<RecordingSubscriber> all = subscribed(WireForm.JSON_DEFLATED, 100);
    List<RecordingSubscriber> plain = subscribed(WireForm.JSON, 100);

    log.publish("a", "\"" + "x".repeat(1_000) + "\"");
    one.runAll();
    other.runAll();

    byte[] piece = all.getFirst().raw.getFirst();
    assertThat(DeflatedPiece.is(piece)).isTrue();
    assertThat(all).allSatisfy(s -> assertThat(s.raw).hasSize(1).first().isSameAs(piece));
    byte[] message = plain.getFirst().raw.getFirst();
    assertThat(plain).allSatisfy(s -> assertThat(s.raw.getFirst()).isSameAs(message));
    assertThat(DeflatedPiece.plainLength(piece)).isEqualTo(message.length);
    assertThat(hub.deflations()).isEqualTo(1);
  }

  @Test
  void aSmallOneIsTheSameForAll() {
    List<RecordingSubscriber> all = subscribed(WireForm.JSON_DEFLATED, 2);
    List<RecordingSubscriber> plain = subscribed(WireForm.JSON, 2);

    log.publish("a", "1");
    one.runAll();
    other.runAll();

    byte[] message = plain.getFirst().raw.getFirst();
    assertThat(all).allSatisfy(s -> assertThat(s.raw.getFirst()).isSameAs(message));
    assertThat(hub.deflations()).isZero();
  }
}
