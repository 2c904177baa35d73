package io.sluice.standalone.doctor;

import io.sluice.broker.BridgeSettings;
import io.sluice.broker.KafkaLook;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one connection to Kafka that checks share. For one check at a time; nothing but [#look]
/// waits.
final class OpenedKafka implements AutoCloseable {
  private final BridgeSettings settings;
  private volatile @Nullable KafkaLook look;

  OpenedKafka(BridgeSettings settings) {
    this.settings = settings;
  }

  /// Connects at the first call.
  ///
  /// @throws io.sluice.broker.BridgeStartException when Kafka does not answer
  KafkaLook look() {
    KafkaLook here = look;
    if (here == null) {
      here = KafkaLook.open(settings);
      look = here;
    }
    return here;
  }

  /// If somebody has connected.
  Optional<KafkaLook> ifOpen() {
    return Optional.ofNullable(look);
  }

  @Override
  public void close() {
    KafkaLook here = look;
    if (here != null) {
      here.close();
    }
  }
}
